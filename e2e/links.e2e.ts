import {
  grantCookie,
  grantParameter,
  grantToken,
  parseAppId,
  parseVersionId,
  type Grant,
  type Signer,
} from '@sluice/core';
import { hmacSha256 } from '@sluice/local';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch, visitor } from './browser.js';
import { startFunctions } from './cloudfront-functions.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
let skewMs = 0;
const now = (): number => Date.now() + skewMs;
const signerWith = (secret: string): Signer => ({
  keys: () => [{ id: 'k1', secret: secret.padEnd(32, '.') }],
  mac: hmacSha256,
});
const signer = signerWith('of this platform');
/** In the stable half of mfe1's rollout, which runs in all of these tests. */
const somebody = idIn('stable', 'mfe1@v1.1.0', 50);

function wrong(): never {
  throw new Error('the test is wrong');
}
const preview = (app: string, version: string): Grant => ({
  kind: 'preview',
  app: parseAppId(app) ?? wrong(),
  version: parseVersionId(version) ?? wrong(),
});
const staff: Grant = { kind: 'audience', audience: 'staff' };
const tokenOf = (grant: Grant, by = signer): string =>
  grantToken(by, grant, Math.floor(now() / 1000) + 3600) ?? wrong();
const linkOf = (path: string, grant: Grant): string =>
  `${platform.url}${path}?${grantParameter(grant.kind)}=${tokenOf(grant)}`;

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform({ now, signer }), launch()]);
  await platform.publish({ app: 'mfe1', version: 'pr-12-abcd' });
  await platform.publish({ app: 'shell', version: 'pr-7-abcd' });
  await platform.publish({ app: 'mfe1', version: 'v1.1.0' });
  await platform.start('mfe1', 'v1.1.0', 50);
  await platform.publish({ app: 'mfe2', version: 'v1.1.0' });
  await platform.start('mfe2', 'v1.1.0', { audience: 'staff' });
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});
beforeEach(() => {
  platform.events.length = 0;
});

async function opened(url: string, id = somebody): Promise<{ page: Page; context: BrowserContext }> {
  const made = await visitor(browser, platform.url, id);
  await made.page.goto(url);
  return made;
}

/** What a page has told of an app, once it is gone and has told what it had to tell. */
async function toldOf(
  app: string,
  { page, context }: { page: Page; context: BrowserContext },
): Promise<readonly string[]> {
  await page.goto('about:blank');
  const before = platform.events.map((event) => event.page);
  // A page by somebody else, opened after it, has arrived: so has whatever this one has sent.
  const other = await opened(`${platform.url}/orders`, idIn('canary', 'mfe1@v1.1.0', 50));
  const ofOther = () =>
    platform.events.find(
      ({ kind, version, reason, page: one }) =>
        `${kind} ${version} ${reason}` === 'ok v1.1.0 bucket' && !before.includes(one),
    )?.page;
  for (let i = 0; i < 3000 && ofOther() === undefined; i += 1) await new Promise((done) => setTimeout(done, 20));
  expect(ofOther()).toBeDefined();
  await other.context.close();
  await context.close();
  const told = platform.events.filter((event) => event.app === app && event.page !== ofOther());
  return told.map((event) => `${event.kind} ${event.version}`);
}

describe('a signed link to a preview', () => {
  it('F6 opens that version of a remote within the production shell, for whoever has it, and counts it nowhere', async () => {
    const made = await opened(linkOf('/orders', preview('mfe1', 'pr-12-abcd')));
    expect(new URL(made.page.url()).search).toBe('');
    expect(await labelOf(made.page, 'mfe1')).toContain('pr-12-abcd');
    expect(await labelOf(made.page, 'mfe2')).toContain('v1.0.0');
    await made.page.reload();
    expect(await labelOf(made.page, 'mfe1')).toContain('pr-12-abcd');
    expect(await toldOf('mfe1', made)).toEqual([]);
  });

  it('F6 opens a shell, with everything else as it is for everybody', async () => {
    const made = await opened(linkOf('/orders', preview('shell', 'pr-7-abcd')));
    expect(await labelOf(made.page, 'mfe1')).toContain('not below 50 %');
    expect(await made.page.locator('header').innerText()).toContain('shell pr-7-abcd');
    expect(await made.page.content()).toContain('/shell/pr-7-abcd/');
    // The remote in it is counted as on any page: the shell is on the list of its versions.
    await expect
      .poll(() => platform.events.map(({ app, kind, version }) => `${app} ${kind} ${version}`))
      .toContain('mfe1 ok v1.0.0');
    expect(await toldOf('shell', made)).toEqual([]);
  });

  it('is shown in the panel, which ends it', async () => {
    const { page, context } = await opened(linkOf('/orders', preview('mfe1', 'pr-12-abcd')));
    await labelOf(page, 'mfe1');
    await page.keyboard.press('Alt+Shift+KeyS');
    const panel = page.getByRole('dialog', { name: 'Versions on this page' });
    await panel.getByText('A preview link has opened it', { exact: false }).waitFor();
    expect(await panel.innerText()).toMatch(/Preview\s+mfe1 pr-12-abcd\s+by link/);
    await panel.getByRole('button', { name: 'End all previews' }).click();
    await panel.getByText('is not below 50 %').waitFor();
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('sluice_preview_mfe1');
    await context.close();
  });

  it('opens nothing when its time is over: neither the link, nor the cookie, nor the files', async () => {
    const grant = preview('mfe1', 'pr-12-abcd');
    const link = linkOf('/orders', grant);
    const { page, context } = await opened(link);
    expect(await labelOf(page, 'mfe1')).toContain('pr-12-abcd');
    skewMs += 3_600_001;
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    const again = await page.goto(link);
    expect(again?.status()).toBe(403);
    expect(await page.locator('body').innerText()).toContain('This link has expired');
    const file = await context.request.get(`${platform.url}/mfe1/pr-12-abcd/mf-manifest.json`);
    expect(file.status()).toBe(403);
    await context.close();
  });

  it.each([
    ['signed by somebody else', () => tokenOf(preview('mfe1', 'pr-12-abcd'), signerWith('of a neighbour'))],
    ['signed for another app', () => tokenOf(preview('mfe2', 'pr-12-abcd'))],
    ['not signed', () => 'mfe1:pr-12-abcd'],
    ['a name as a page is told it', () => 'mfe1@pr-12-abcd'],
  ])('F6 a cookie that a neighbour domain has set opens nothing: %s', async (_how, forged) => {
    const { page, context } = await visitor(browser, platform.url, somebody);
    const name = grantCookie(preview('mfe1', 'pr-12-abcd'));
    await context.addCookies([{ name, value: forged(), url: platform.url }]);
    await page.goto(`${platform.url}/orders`);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    const file = await context.request.get(`${platform.url}/mfe1/pr-12-abcd/mf-manifest.json`);
    expect(file.status()).toBe(403);
    await context.close();
  });
});

describe("links behind CloudFront's functions", () => {
  const own = preview('mfe1', 'pr-12-abcd');
  let functions: Awaited<ReturnType<typeof startFunctions>>;
  beforeAll(async () => {
    const apps = platform.platform.apps.map(
      ({ place, kind }) => ({ place, kind: kind === 'shell' ? kind : 'remote' }) as const,
    );
    functions = await startFunctions({ apps, root: platform.store, api: platform.url, keys: signer.keys() });
  });
  afterAll(async () => functions?.close());
  const linkThere = (path: string, grant: Grant, by = signer): string =>
    `${functions.url}${path}${grantParameter(grant.kind)}=${tokenOf(grant, by)}`;

  it('F6 open a version of a remote for whoever has it, at the page that was asked for, and until they are ended', async () => {
    const { page, context } = await visitor(browser, functions.url, somebody);
    await page.goto(linkThere('/orders?tab=2&', own));
    expect(page.url()).toBe(`${functions.url}/orders?tab=2`);
    expect(await labelOf(page, 'mfe1')).toContain('pr-12-abcd');
    expect(await labelOf(page, 'mfe2')).toContain('v1.0.0');
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('pr-12-abcd');
    const file = `${functions.url}/mfe1/pr-12-abcd/mf-manifest.json`;
    expect((await context.request.get(file)).status()).toBe(200);
    await page.goto(`${functions.url}/orders?sluice_preview=off`);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    expect((await context.request.get(file)).status()).toBe(403);
    await context.close();
  });

  it('F6 put their visitor into an audience of a remote', async () => {
    const { page, context } = await visitor(browser, functions.url, somebody);
    await page.goto(linkThere('/dispatch?', staff));
    const label = await labelOf(page, 'mfe2');
    expect([label, new URL(page.url()).search]).toEqual([expect.stringContaining('you are in the audience'), '']);
    expect(label).toContain('v1.1.0');
    await context.close();
  });

  it('F6 to a version that was removed are taken, and the page shows stable', async () => {
    const { page, context } = await visitor(browser, functions.url, somebody);
    const answer = await page.goto(linkThere('/orders?', preview('mfe1', 'pr-99-abcd')));
    expect(answer?.headers()['server-timing']).toBe('sluice;desc="mfe1@pr-99-abcd"');
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await context.close();
  });

  it('F6 open nothing where somebody else has signed them, nor does a cookie of a neighbour domain', async () => {
    const { page, context } = await visitor(browser, functions.url, somebody);
    const neighbour = signerWith('of a neighbour');
    const refused = await page.goto(linkThere('/orders?', own, neighbour));
    expect([refused?.status(), await page.locator('body').innerText()]).toEqual([
      403,
      expect.stringContaining('This link opens nothing'),
    ]);
    await context.addCookies([{ name: grantCookie(own), value: tokenOf(own, neighbour), url: functions.url }]);
    await page.goto(`${functions.url}/orders`);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await context.close();
  });
});

describe('a stage for an audience', () => {
  it('gives the canary to whoever has the signed link, and counts it nowhere', async () => {
    const made = await opened(linkOf('/dispatch', staff));
    const label = await labelOf(made.page, 'mfe2');
    expect(label).toContain('v1.1.0');
    expect(label).toContain('you are in the audience that tries it');
    await made.page.reload();
    expect(await labelOf(made.page, 'mfe2')).toContain('v1.1.0');
    expect(await toldOf('mfe2', made)).toEqual([]);
  });

  it.each([
    ['nobody has a link', undefined],
    ['a claim is forged', () => tokenOf(staff, signerWith('of a neighbour'))],
    ['a claim is only said', () => 'staff'],
  ])('is stable for all others, and counted nowhere: %s', async (_what, claim) => {
    const { page, context } = await visitor(browser, platform.url, somebody);
    if (claim) await context.addCookies([{ name: grantCookie(staff), value: claim(), url: platform.url }]);
    await page.goto(`${platform.url}/dispatch`);
    const label = await labelOf(page, 'mfe2');
    expect(label).toContain('v1.0.0');
    expect(label).toContain('the canary is for another audience');
    expect(await toldOf('mfe2', { page, context })).toEqual([]);
  });
});

describe('an override', () => {
  it.each([
    ['query', '?canary=true', undefined],
    ['query for one app', '?sluice_override=mfe1:canary', undefined],
    ['cookie', '', ['canary', 'true']],
    ['cookie for one app', '', ['sluice_override', 'mfe2:stable,mfe1:canary']],
  ] as const)('F6 by %s chooses the canary, and is counted nowhere', async (_how, query, cookie) => {
    const { page, context } = await visitor(browser, platform.url, somebody);
    if (cookie) await context.addCookies([{ name: cookie[0], value: cookie[1], url: platform.url }]);
    await page.goto(`${platform.url}/orders${query}`);
    const label = await labelOf(page, 'mfe1');
    expect(label).toContain('v1.1.0');
    expect(label).toContain('you asked for it (override)');
    expect(await toldOf('mfe1', { page, context })).toEqual([]);
  });

  it.each(['?canary=v1.1.0', '?canary=TRUE', '?sluice_override=mfe1:pr-12-abcd', '?sluice_override=xmfe1:canary'])(
    'F6 %s chooses nothing: only stable or canary can be asked for',
    async (query) => {
      const { page, context } = await opened(`${platform.url}/orders${query}`);
      expect(await labelOf(page, 'mfe1')).toContain('not below 50 %');
      await context.close();
    },
  );

  it('F6 by header chooses the shell at the edge, and is counted nowhere', async () => {
    await platform.publish({ app: 'shell', version: 'v1.1.0' });
    await platform.start('shell', 'v1.1.0', 50);
    const context = await browser.newContext({ extraHTTPHeaders: { 'x-sluice-canary': 'true' } });
    const id = idIn('stable', 'shell@v1.1.0', 50);
    await context.addCookies([{ name: 'sluice_id', value: id, url: platform.url }]);
    const page = await context.newPage();
    const response = await page.goto(`${platform.url}/orders`);
    expect(response?.headers()['x-sluice']).toBe('shell@v1.1.0; reason=override');
    await labelOf(page, 'mfe1');
    expect(await page.locator('header').innerText()).toContain('shell v1.1.0');
    expect(await toldOf('shell', { page, context })).toEqual([]);
  });
});
