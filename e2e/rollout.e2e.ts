import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch, visitor } from './browser.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});

describe('a rollout in real browsers', () => {
  it('F1 F2 at 50 % some fresh profiles get the canary, each keeps its version over reloads', async () => {
    await platform.publish({ app: 'mfe1', version: 'v1.1.0' });
    await platform.start('mfe1', 'v1.1.0', 50);
    const seen = { 'v1.0.0': 0, 'v1.1.0': 0 };
    for (let i = 0; i < 12; i += 1) {
      const { page, context } = await visitor(browser, platform.url);
      await page.goto(`${platform.url}/`);
      const first = await labelOf(page, 'mfe1');
      const version = first.includes('v1.1.0') ? 'v1.1.0' : 'v1.0.0';
      expect(first).toContain(version === 'v1.1.0' ? 'below 50 %' : 'not below 50 %');
      seen[version] += 1;
      for (let again = 0; again < 2; again += 1) {
        await page.reload();
        expect(await labelOf(page, 'mfe1')).toContain(version);
      }
      await context.close();
    }
    // Twelve tosses of a coin are alike once in 2,048 times; ids come from a fixed sequence, so this is no gamble.
    expect(seen['v1.0.0']).toBeGreaterThan(0);
    expect(seen['v1.1.0']).toBeGreaterThan(0);
  });

  it('F3 after a rollback the next load is stable everywhere', async () => {
    const visits = await Promise.all(
      [0, 1000, 2000].map((from) => visitor(browser, platform.url, idIn('canary', 'mfe1@v1.1.0', 50, from))),
    );
    for (const { page } of visits) {
      await page.goto(`${platform.url}/orders`);
      expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    }
    const begun = performance.now();
    expect((await platform.rollBack('mfe1')).kind).toBe('done');
    process.stdout.write(`rollback: served ${(performance.now() - begun).toFixed(0)} ms after the command\n`);
    const loads = await Promise.all(
      visits.map(async ({ page, context }) => {
        await page.goto(`${platform.url}/orders`);
        const label = await labelOf(page, 'mfe1');
        await context.close();
        return label;
      }),
    );
    for (const label of loads) expect(label).toContain('v1.0.0');
  });

  it('F20 a remote that Sluice does not know is left alone', async () => {
    const { page, context } = await visitor(browser, platform.url);
    await page.goto(`${platform.url}/`);
    await labelOf(page, 'mfe1');
    const unknown = await page.evaluate(async () => {
      const { __SLUICE_1__: state } = globalThis as unknown as {
        __SLUICE_1__: { resolver: { resolve: (app: string) => Promise<unknown> } };
      };
      return (await state.resolver.resolve('elsewhere')) === undefined;
    });
    expect(unknown).toBe(true);
    await context.close();
  });

  it('F12 a lower generation is ignored in the page, one without is believed', async () => {
    const { page, context } = await visitor(browser, platform.url, 'somebody');
    await page.goto(`${platform.url}/orders`);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    const older = { version: 'v1.1.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '' };
    const index = (entry: object) => JSON.stringify({ schema: 1, sampleRate: 0, apps: { mfe1: entry } });
    await page.route('**/platform-index.json', (route) =>
      route.fulfill({ contentType: 'application/json', body: index({ ...older, schema: 1, generation: 1 }) }),
    );
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await page.unroute('**/platform-index.json');
    await page.route('**/platform-index.json', (route) =>
      route.fulfill({ contentType: 'application/json', body: index(older) }),
    );
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    await context.close();
  });

  it('F23 a deep link gives the decided shell and works', async () => {
    const { page, context } = await visitor(browser, platform.url);
    const response = await page.goto(`${platform.url}/orders/1017`);
    expect(response?.headers()['x-sluice']).toContain('shell@v1.0.0');
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await context.close();
  });
});
