import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch, visitor } from './browser.js';
import { givesUpAfter } from './patience.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
const salt = 'mfe1@v1.1.0';
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

/** A page load by somebody who is in the canary's half, with something broken on the way. */
async function load(breakIt: (page: Page) => Promise<unknown>, path = '/orders'): Promise<Page> {
  visitors += 100;
  const { page } = await visitor(browser, platform.url, idIn('canary', salt, 50, visitors));
  await breakIt(page);
  await page.goto(`${platform.url}${path}`);
  return page;
}

/** In the order of the alphabet: beacons may overtake one another. */
async function eventsOf(app: string, count: number): Promise<readonly string[]> {
  // Of the page that was opened last: one that a test before has closed may still have told its outcome.
  const mine = () => {
    const of = platform.events.filter((event) => event.app === app);
    const { page } = of.findLast(({ kind }) => kind === 'attempt') ?? {};
    return of.filter((event) => event.page === page);
  };
  for (let i = 0; i < 1000 && mine().length < count; i += 1) await new Promise((done) => setTimeout(done, 20));
  return mine()
    .map(({ kind, version, error }) => `${kind} ${version}${error === undefined ? '' : ` ${error.kind}`}`)
    .toSorted();
}

const answer = (status: number, contentType: string, body: string) => (route: Route) =>
  route.fulfill({ status, contentType, body });
const hang = (): Promise<void> => new Promise(() => undefined);
const at = (file: string, handler: (route: Route) => unknown) => (page: Page) =>
  page.route(`**/mfe1/v1.1.0/${file}`, (route) => handler(route) as Promise<void>);

describe('a canary that is broken on its way', () => {
  // Every fault, with remotes of every toolchain: fault-matrix.e2e.ts. Here is what the example's visitors see of one.
  it('F9 manifest 404: stable in the same page load, and the label says so', async () => {
    const page = await load(at('mf-manifest.json', answer(404, 'text/plain', 'no')));
    const label = await labelOf(page, 'mfe1');
    expect(label).toContain('v1.0.0');
    expect(label).toContain('canary v1.1.0 failed to start: showing stable');
    expect(await eventsOf('mfe1', 2)).toEqual(['attempt v1.1.0', 'failed v1.1.0 manifest']);
    expect(platform.events.every(({ fellBack, kind: what }) => what !== 'failed' || fellBack === true)).toBe(true);
    await page.context().close();
  });

  it('F9 this browser stays on stable for that canary, and stays in its arm as a failure', async () => {
    const page = await load(at('remoteEntry.js', answer(404, 'text/plain', 'no')));
    await labelOf(page, 'mfe1');
    await eventsOf('mfe1', 2);
    platform.events.length = 0;
    await page.unroute('**/mfe1/v1.1.0/remoteEntry.js');
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    expect(await eventsOf('mfe1', 2)).toEqual(['attempt v1.1.0', 'failed v1.1.0 error']);
    await page.context().close();
  });

  it('F10 stable broken as well: a message in its place, the shell alive, no endless retry', async () => {
    let requests = 0;
    const page = await load(async (at_) => {
      await at_.route('**/mfe1/v1.*/remoteEntry.js', (route) => {
        requests += 1;
        return route.fulfill({ status: 404, body: 'no' });
      });
    });
    await page.locator('section[aria-label="mfe1"] [role=alert]').waitFor();
    expect(await labelOf(page, 'mfe2')).toContain('v1.0.0');
    await page.waitForTimeout(500);
    expect(requests).toBeLessThanOrEqual(4);
    await page.getByRole('link', { name: 'Releases' }).first().click();
    await page.waitForURL('**/releases');
    expect(await eventsOf('mfe1', 2)).toEqual(['attempt v1.1.0', 'failed v1.1.0 entry']);
    await page.context().close();
  });

  it.each([
    ['404', answer(404, 'text/plain', 'no')],
    ['garbage', answer(200, 'application/json', '{"apps":')],
    ['5 s slow', hang],
  ])('F11 the index is %s: the last good decision within the budget, the page alive', async (_fault, handler) => {
    visitors += 100;
    const { page, context } = await visitor(browser, platform.url, idIn('canary', salt, 50, visitors));
    await page.goto(`${platform.url}/orders`);
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    await page.route('**/platform-index.json', (route) => handler(route) as Promise<void>);
    await givesUpAfter(page, 2000);
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    await context.close();
  });

  it('F11 nothing was ever seen and the index is not there: single pointers', async () => {
    const page = await load((at_) =>
      at_.route('**/platform-index.json', (route) => route.fulfill({ status: 404, body: '' })),
    );
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    await page.context().close();
  });

  it('D28 a page that is left before the outcome says so', async () => {
    const page = await load(at('remoteEntry.js', hang));
    await eventsOf('mfe1', 1);
    // Not closed: the test stands in the way of the page's requests, and a tab that is gone would lose the one under way.
    await page.goto('about:blank');
    expect(await eventsOf('mfe1', 2)).toEqual(['attempt v1.1.0', 'left v1.1.0']);
    await page.context().close();
  });

  it('asks for the index once per page load: the preload is used', async () => {
    let requests = 0;
    const page = await load((at_) => {
      at_.on('request', (request) => {
        if (request.url().endsWith('/platform-index.json')) requests += 1;
      });
      return Promise.resolve();
    });
    await labelOf(page, 'mfe1');
    expect(requests).toBe(1);
    await page.context().close();
  });
});
