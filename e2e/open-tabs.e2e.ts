import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch } from './browser.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';
import { countLoads, follow, learns, passAMinute, shellOf } from './tab.js';

let platform: E2ePlatform;
let browser: Browser;
let visitors = 0;

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});

/** On trial, and off the list of blocked versions where a test before has taken it back. */
async function onTrial(app: 'mfe1' | 'shell', version: string): Promise<void> {
  await platform.publish({ app, version });
  await platform.start(app, version, 50);
}

/** A visitor of the canary's half, in a tab of which a minute can be passed. */
async function tabOf(salt: string, path = '/orders'): Promise<{ page: Page; context: BrowserContext }> {
  visitors += 100;
  const context = await browser.newContext();
  const value = idIn('canary', salt, 50, visitors);
  await context.addCookies([{ name: 'sluice_id', value, url: platform.url }]);
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${platform.url}${path}`);
  return { page, context };
}

/** Versions of mfe1 whose files a tab asks for, from now on. */
function filesOf(page: Page): () => readonly string[] {
  const versions = new Set<string>();
  page.on('request', (request) => {
    const version = /\/mfe1\/(v[\d.]+)\//.exec(request.url())?.[1];
    if (version !== undefined) versions.add(version);
  });
  return () => [...versions];
}

const detailOf = (page: Page) => page.locator('section[aria-label="mfe1"] table tfoot').waitFor();

describe('a tab that is open while its version is taken back', () => {
  it("F7 still loads the canary's lazy chunk, learns of it within a minute, and is loaded anew at the next navigation, once", async () => {
    await onTrial('mfe1', 'v1.1.0');
    const { page, context } = await tabOf('mfe1@v1.1.0');
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    const loads = countLoads(page);
    await platform.abort('mfe1');

    const chunk = page.waitForResponse('**/mfe1/v1.1.0/assets/order-detail-*.js');
    await follow(page, '/orders/17');
    expect((await chunk).status()).toBe(200);
    await detailOf(page);
    await learns(page);
    expect(loads()).toBe(0);
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');

    await Promise.all([page.waitForEvent('domcontentloaded'), follow(page, '/orders')]);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await passAMinute(page);
    await follow(page, '/orders/17');
    await detailOf(page);
    await page.clock.fastForward(1000);
    expect(loads()).toBe(1);
    await context.close();
  });

  it('F7 is not loaded anew under a form that is being filled in, nor on the way out of it', async () => {
    await onTrial('mfe1', 'v1.1.0');
    const { page, context } = await tabOf('mfe1@v1.1.0', '/orders/17');
    await detailOf(page);
    const loads = countLoads(page);
    await platform.abort('mfe1');
    await page.locator('section[aria-label="mfe2"] input[type=radio]').last().check();
    await learns(page);
    await follow(page, '/orders');
    await page.locator('section[aria-label="mfe1"] [role=group]').waitFor();
    await page.clock.fastForward(1000);
    expect(loads()).toBe(0);
    await Promise.all([page.waitForEvent('domcontentloaded'), follow(page, '/')]);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await context.close();
  });

  it('F7 an application with a hook of its own is told instead, and decides when', async () => {
    await onTrial('mfe1', 'v1.1.0');
    const { page, context } = await tabOf('mfe1@v1.1.0');
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    await page.evaluate(() => {
      const { __SLUICE_1__: state } = globalThis as unknown as { __SLUICE_1__: { onUpdate: unknown } };
      state.onUpdate = ({ apps, reload }: { apps: readonly string[]; reload: () => void }) => {
        const banner = document.createElement('button');
        banner.textContent = `${apps.join()} was renewed`;
        banner.addEventListener('click', reload);
        document.body.append(banner);
      };
    });
    const loads = countLoads(page);
    await platform.abort('mfe1');
    await learns(page);
    await follow(page, '/orders/17');
    await detailOf(page);
    await page.clock.fastForward(1000);
    expect(loads()).toBe(0);
    await Promise.all([
      page.waitForEvent('domcontentloaded'),
      page.getByRole('button', { name: 'mfe1 was renewed' }).click(),
    ]);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await context.close();
  });

  it('F7 an app that it has not loaded yet ignores the blocked pin, and nothing is loaded anew', async () => {
    await onTrial('mfe1', 'v1.1.0');
    const { page, context } = await tabOf('mfe1@v1.1.0', '/releases');
    await page.getByText('canary 50 %').first().waitFor();
    const loads = countLoads(page);
    await platform.abort('mfe1');
    await passAMinute(page);
    await follow(page, '/orders');
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await page.clock.fastForward(1000);
    expect(loads()).toBe(0);
    await context.close();
  });

  it('F7 a shell as well', async () => {
    await onTrial('shell', 'v2.0.0');
    const { page, context } = await tabOf('shell@v2.0.0');
    expect(await shellOf(page)).toContain('v2.0.0');
    // It has its index: what it learns of the abort it learns a minute later.
    await labelOf(page, 'mfe1');
    await platform.abort('shell');
    await learns(page);
    await Promise.all([page.waitForEvent('domcontentloaded'), follow(page, '/orders/17')]);
    expect(await shellOf(page)).toContain('v1.0.0');
    await context.close();
  });
});

describe('tabs of one visitor', () => {
  it('F13 two tabs with two versions: each loads its own files', async () => {
    await onTrial('mfe1', 'v1.1.0');
    const { page: older, context } = await tabOf('mfe1@v1.1.0');
    expect(await labelOf(older, 'mfe1')).toContain('v1.1.0');
    await platform.abort('mfe1');
    const newer = await context.newPage();
    const files = { older: filesOf(older), newer: filesOf(newer) };
    await newer.goto(`${platform.url}/orders`);
    expect(await labelOf(newer, 'mfe1')).toContain('v1.0.0');
    for (const page of [older, newer]) {
      await follow(page, '/orders/17');
      await detailOf(page);
    }
    expect(await labelOf(older, 'mfe1')).toContain('v1.1.0');
    expect(files.older()).toEqual(['v1.1.0']);
    expect(files.newer()).toEqual(['v1.0.0']);
    await context.close();
  });

  it('F8 a tab over a promotion loads its old chunks, and nothing is loaded anew', async () => {
    const { page, context } = await tabOf('mfe1@v1.2.0');
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    const loads = countLoads(page);
    const files = filesOf(page);
    await platform.publish({ app: 'mfe1', version: 'v1.2.0' });
    await platform.goLive('mfe1', 'v1.2.0');
    await passAMinute(page);
    await follow(page, '/orders/17');
    await detailOf(page);
    await page.clock.fastForward(1000);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    expect(files()).toEqual(['v1.0.0']);
    expect(loads()).toBe(0);
    await page.reload();
    expect(await labelOf(page, 'mfe1')).toContain('v1.2.0');
    await context.close();
  });
});
