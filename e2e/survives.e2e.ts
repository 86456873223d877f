import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch } from './browser.js';
import { givesUpAfter } from './patience.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
let visitors = 0;

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform(), launch()]);
  await platform.publish({ app: 'mfe1', version: 'v1.1.0' });
  await platform.start('mfe1', 'v1.1.0', 50);
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});
beforeEach(() => {
  platform.events.length = 0;
});

/** A page of a visitor in the canary's half that fails the test where anything is thrown in it and not caught. */
async function visit(prepare: (page: Page) => Promise<unknown>, userAgent?: string): Promise<Page> {
  visitors += 100;
  const context = await browser.newContext(userAgent === undefined ? {} : { userAgent });
  const value = idIn('canary', 'mfe1@v1.1.0', 50, visitors);
  await context.addCookies([{ name: 'sluice_id', value, url: platform.url }]);
  const page = await context.newPage();
  page.on('pageerror', (error) => thrown.push(String(error)));
  thrown.length = 0;
  await prepare(page);
  await page.goto(`${platform.url}/orders`);
  return page;
}
const thrown: string[] = [];

/** Both apps are on screen and the shell lives: its navigation works, without a page load. */
async function expectAlive(page: Page): Promise<void> {
  for (const app of ['mfe1', 'mfe2']) await page.locator(`section[aria-label="${app}"] [data-accent]`).waitFor();
  await page.getByRole('link', { name: 'Releases' }).first().click();
  await page.getByRole('heading', { name: 'How this page was put together' }).waitFor();
  expect(thrown).toEqual([]);
  await page.context().close();
}

/** The page that was opened last: one that a test before has closed may still have told its outcome. */
const lastPage = () => platform.events.findLast(({ app, kind }) => app === 'mfe1' && kind === 'attempt')?.page;
/** In the order of the alphabet: beacons may overtake one another. */
const toldBy = (page: string | undefined): readonly string[] =>
  platform.events
    .filter((event) => event.app === 'mfe1' && event.page === page)
    .map(({ kind, version, error }) => `${kind} ${version}${error === undefined ? '' : ` ${error.kind}`}`)
    .toSorted();

/** What the last page has told, as soon as it is so much. */
async function told(count: number): Promise<readonly string[]> {
  for (let i = 0; i < 1000 && toldBy(lastPage()).length < count; i += 1)
    await new Promise((done) => setTimeout(done, 20));
  return toldBy(lastPage());
}

/** What the last page, which is gone, has told in all: whatever it sent has come before what a whole other page tells. */
async function toldInAll(): Promise<readonly string[]> {
  const gone = lastPage();
  const other = await visit(nothing);
  await expect.poll(() => lastPage() !== gone && toldBy(lastPage()).length).toBe(2);
  await other.context().close();
  return toldBy(gone);
}

const answer = (status: number, body: string) => (route: Route) =>
  route.fulfill({ status, contentType: 'application/json', body });
const hang = (): Promise<void> => new Promise(() => undefined);
const at = (url: string, handler: (route: Route) => unknown) => (page: Page) =>
  page.route(url, (route) => handler(route) as Promise<void>);
const pointers = /platform-index\.json$|active-version\.json$/;
const breakCanary = at('**/mfe1/v1.1.0/remoteEntry.js', answer(404, 'no'));
const nothing = (): Promise<void> => Promise.resolve();
const pointerLike = (more: object) => ({
  version: 'v1.0.0',
  canaryVersion: null,
  canaryPercent: 0,
  lastUpdated: '',
  ...more,
});
const indexLike = (more: object) => {
  const apps = { shell: pointerLike({}), mfe1: pointerLike(more), mfe2: pointerLike({}) };
  return answer(200, JSON.stringify({ schema: 1, sampleRate: 0, apps }));
};

describe('the page survives, with the shell alive,', () => {
  it.each<[string, (page: Page) => Promise<unknown>]>([
    ['404', (page) => page.route(pointers, answer(404, 'no'))],
    ['an error of the server', (page) => page.route(pointers, answer(503, 'no'))],
    ['5 s slow', (page) => Promise.all([givesUpAfter(page, 2000), page.route(pointers, hang)])],
    ['garbage', (page) => page.route(pointers, answer(200, '<html>'))],
    ['truncated', (page) => page.route(pointers, answer(200, '{"schema":1,"apps":{"mfe1":{"version":"v1.0'))],
    ['percent 250', at('**/platform-index.json', indexLike({ canaryVersion: 'v1.1.0', canaryPercent: 250 }))],
    ['of an older generation', at('**/platform-index.json', indexLike({ generation: 1 }))],
  ])('F11 pointers that are %s, at a first visit', async (_fault, breakThem) => {
    const page = await visit(breakThem);
    await expectAlive(page);
    expect(platform.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
  });

  it.each<[string, (route: Route) => unknown]>([
    ['refuses connections', (route) => route.abort('connectionrefused')],
    ['answers 500', answer(500, 'no')],
    ['hangs', hang],
  ])('/api/metrics that %s', async (_fault, handler) => {
    let asked = 0;
    const page = await visit(
      at('**/api/metrics', (route) => {
        asked += 1;
        return handler(route);
      }),
    );
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    await expect.poll(() => asked).toBeGreaterThan(0);
    await expectAlive(page);
  });

  it.each(['a good canary', 'a broken canary'] as const)('F5 storage that is blocked, with %s', async (canary) => {
    const page = await visit(async (fresh) => {
      await fresh.addInitScript(() => {
        for (const name of ['localStorage', 'sessionStorage']) {
          Object.defineProperty(globalThis, name, {
            get: () => {
              throw new DOMException('denied', 'SecurityError');
            },
          });
        }
      });
      if (canary === 'a broken canary') await breakCanary(fresh);
    });
    expect(await labelOf(page, 'mfe1')).toContain(canary === 'a good canary' ? 'v1.1.0' : 'showing stable');
    expect(await told(2)).toEqual(['attempt v1.1.0', canary === 'a good canary' ? 'ok v1.1.0' : 'failed v1.1.0 entry']);
    await expectAlive(page);
  });

  it.each<[string, () => void]>([
    [
      'throw',
      () => {
        const denied = (): never => {
          throw new DOMException('denied', 'SecurityError');
        };
        Object.defineProperty(Document.prototype, 'cookie', { get: denied, set: denied });
      },
    ],
    [
      'are silently dropped',
      () => {
        const drop = (): void => undefined;
        Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: drop });
      },
    ],
  ])('F5 cookies that %s: stable at each load, and nothing is told', async (_how, block) => {
    const page = await visit((fresh) => fresh.addInitScript(block));
    for (let load = 0; load < 2; load += 1) {
      expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
      await page.reload();
    }
    expect(await labelOf(page, 'mfe1')).toContain('no visitor id, so stable');
    await expectAlive(page);
    expect(platform.events).toEqual([]);
  });

  it('F5 a browser without `crypto.randomUUID`, as on plain HTTP', async () => {
    const page = await visit(async (fresh) => {
      await fresh.addInitScript(() => Reflect.deleteProperty(Crypto.prototype, 'randomUUID'));
      await fresh.context().clearCookies();
    });
    await labelOf(page, 'mfe1');
    expect(await page.evaluate(() => 'randomUUID' in crypto)).toBe(false);
    await expectAlive(page);
  });
});

describe('a strict content security policy', () => {
  // What docs/in-the-page.md says is needed; everything else is forbidden.
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'";
  const withPolicy = (page: Page) =>
    page.route('**/orders', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': policy } });
    });

  it.each(['a good canary', 'a broken canary'] as const)(
    'without inline scripts: boot script, preload, federation and beacons work, with %s',
    async (canary) => {
      const violations: string[] = [];
      let asked = 0;
      const page = await visit(async (fresh) => {
        await withPolicy(fresh);
        await fresh.exposeFunction('violated', (what: string) => violations.push(what));
        await fresh.addInitScript(() => {
          document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
            (globalThis as unknown as { violated: (what: string) => void }).violated(
              `${violatedDirective} ${blockedURI}`,
            ),
          );
        });
        fresh.on('request', (request) => {
          if (request.url().endsWith('/platform-index.json')) asked += 1;
        });
        if (canary === 'a broken canary') await breakCanary(fresh);
      });
      expect(await labelOf(page, 'mfe1')).toContain(canary === 'a good canary' ? 'v1.1.0' : 'showing stable');
      expect(await told(2)).toEqual([
        'attempt v1.1.0',
        canary === 'a good canary' ? 'ok v1.1.0' : 'failed v1.1.0 entry',
      ]);
      expect(violations).toEqual([]);
      expect(asked).toBe(1);
      // The policy is really there: it stops what it should.
      await page.evaluate(() => document.head.append(Object.assign(document.createElement('script'), { text: '1' })));
      await expect.poll(() => violations).toEqual([expect.stringContaining('script-src')]);
      await expectAlive(page);
    },
  );
});

describe('what is told of a page', () => {
  it('F16 each batch has all versions on the page, and the failure is one of the app that failed', async () => {
    const versions: unknown[] = [];
    const page = await visit(async (fresh) => {
      fresh.on('request', (request) => {
        if (request.url().endsWith('/api/metrics'))
          versions.push((request.postDataJSON() as { versions: unknown }).versions);
      });
      await breakCanary(fresh);
    });
    await labelOf(page, 'mfe1');
    expect(await told(2)).toEqual(['attempt v1.1.0', 'failed v1.1.0 entry']);
    expect(platform.events.filter(({ kind }) => kind === 'failed').map(({ app }) => app)).toEqual(['mfe1']);
    // After the fallback what runs is stable; the event says what was tried.
    await expect.poll(() => versions.at(-1)).toMatchObject({ mfe1: 'v1.0.0' });
    await expectAlive(page);
  });

  it('F17 nothing of a bot, which gets stable', async () => {
    const page = await visit(nothing, 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)');
    expect(await labelOf(page, 'mfe1')).toContain('crawlers always get stable');
    await expectAlive(page);
    expect(platform.events).toEqual([]);
  });

  it('F17 nothing of what a browser extension throws', async () => {
    const page = await visit(nothing);
    expect(await told(2)).toEqual(['attempt v1.1.0', 'ok v1.1.0']);
    await page.evaluate(() => {
      const error = new TypeError('of an extension');
      error.stack = `TypeError: no\n    at chrome-extension://abc/content.js:1:1\n    at ${location.origin}/mfe1/v1.1.0/a.js:1:1`;
      dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
    });
    await page.goto('about:blank');
    expect(await toldInAll()).toEqual(['attempt v1.1.0', 'ok v1.1.0']);
    await page.context().close();
  });

  it('F18 nothing without consent, and a broken canary is safe all the same; with consent from then on', async () => {
    const page = await visit(async (fresh) => {
      await fresh.route('**/orders', async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(
          '<html',
          `<html data-sluice='{"consent":"required","timeoutMs":60000}'`,
        );
        await route.fulfill({ response, body });
      });
    });
    expect(await labelOf(page, 'mfe1')).toContain('no visitor id, so stable');
    await page.evaluate(() => (document.cookie = 'sluice_consent=true; Path=/'));
    expect(platform.events).toEqual([]);
    await breakCanary(page);
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('showing stable');
    expect(await told(2)).toEqual(['attempt v1.1.0', 'failed v1.1.0 entry']);
    await expectAlive(page);
  });

  it('F19 nothing twice: hidden, gone, and come back by the back button', async () => {
    const page = await visit(nothing);
    expect(await told(2)).toEqual(['attempt v1.1.0', 'ok v1.1.0']);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await page.goto('about:blank');
    expect(await toldInAll()).toEqual(['attempt v1.1.0', 'ok v1.1.0']);
    await page.context().close();
  });

  it('F24 logging in or out changes no version', async () => {
    const page = await visit(nothing);
    for (const cookie of ['', 'session=somebody; Path=/', 'session=; Path=/; Max-Age=0']) {
      await page.evaluate((value) => (document.cookie = value), cookie);
      await page.reload();
      expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    }
    await expectAlive(page);
  });
});
