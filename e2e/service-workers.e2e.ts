import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch } from './browser.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';
import { countLoads, follow, learns, passAMinute, shellOf } from './tab.js';
import { siteWith, workers } from './workers.js';

type Kind = keyof typeof workers;

let platform: E2ePlatform;
let browser: Browser;
let site: Awaited<ReturnType<typeof siteWith>>;
let kind: Kind = 'cache-first';

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform(), launch()]);
  site = await siteWith(platform.url, () => kind);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await platform?.close();
});

/** A visitor of the canary's half whose browser has the worker, and has in its caches what that keeps. */
async function returningVisitor(worker: Kind, app: 'shell' | 'mfe1'): Promise<BrowserContext> {
  kind = worker;
  await platform.publish({ app, version: 'v1.1.0' });
  await platform.start(app, 'v1.1.0', 50);
  const context = await browser.newContext();
  const value = idIn('canary', `${app}@v1.1.0`, 50);
  await context.addCookies([{ name: 'sluice_id', value, url: site.url }]);
  const page = await context.newPage();
  await page.goto(`${site.url}/orders`);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js');
    await navigator.serviceWorker.ready;
  });
  // Once so that the worker sees it, and once more out of its caches.
  for (let i = 0; i < 2; i += 1) {
    await page.reload();
    expect(app === 'shell' ? await shellOf(page) : await labelOf(page, app)).toContain('v1.1.0');
  }
  await page.close();
  return context;
}

/** The browser is opened again later. */
async function come(context: BrowserContext): Promise<{ page: Page; loads: () => number }> {
  const page = await context.newPage();
  const loads = countLoads(page);
  await page.goto(`${site.url}/orders`);
  return { page, loads };
}
const stableShell = (page: Page) => page.getByRole('link', { name: 'shell v1.0.0' }).waitFor();

describe('a service worker that caches the shell', () => {
  it.each(Object.keys(workers) as Kind[])('F14 %s: a rollback of the shell reaches it', async (worker) => {
    const context = await returningVisitor(worker, 'shell');
    await platform.abort('shell');
    const { page, loads } = await come(context);
    await stableShell(page);
    // At most one page load more than it takes without a worker, and none at the next visit.
    expect(loads()).toBeLessThanOrEqual(2);
    const next = await come(context);
    await stableShell(next.page);
    await labelOf(next.page, 'mfe1');
    expect(next.loads()).toBe(1);
    await context.close();
  });

  it('F14 cache-first: a tab that is open behind it is loaded anew at the next navigation, once', async () => {
    const context = await returningVisitor('cache-first', 'shell');
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${site.url}/orders`);
    expect(await shellOf(page)).toContain('v1.1.0');
    const loads = countLoads(page);
    // What it has asked past the worker as it began is answered: what it learns of the abort it learns a minute later.
    await passAMinute(page);
    await platform.abort('shell');
    await learns(page);
    await Promise.all([page.waitForEvent('domcontentloaded'), follow(page, '/orders/17')]);
    await stableShell(page);
    expect(loads()).toBe(1);
    await context.close();
  });

  it.each(['cache-first', 'stale-while-revalidate'] as const)(
    'F14 %s, the index too: a rollback of a micro-frontend reaches it at the next navigation',
    async (worker) => {
      const context = await returningVisitor(worker, 'mfe1');
      await platform.abort('mfe1');
      const { page } = await come(context);
      // What the worker has answered was of any age: the page has asked past it, before it has loaded the app or after.
      if ((await labelOf(page, 'mfe1')).startsWith('mfe1 v1.1.0')) {
        await page.waitForFunction(() => sessionStorage.getItem('sluice_told') !== null);
        await Promise.all([page.waitForEvent('domcontentloaded'), follow(page, '/orders/17')]);
      }
      expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
      await page.close();
      const next = await come(context);
      expect(await labelOf(next.page, 'mfe1')).toContain('v1.0.0');
      await context.close();
    },
  );

  it('F14 offline nothing is lost: what the worker has is shown', async () => {
    const context = await returningVisitor('cache-first', 'shell');
    await platform.abort('shell');
    await context.setOffline(true);
    const { page, loads } = await come(context);
    expect(await shellOf(page)).toContain('v1.1.0');
    expect(loads()).toBe(1);
    await context.setOffline(false);
    const next = await come(context);
    await stableShell(next.page);
    await context.close();
  });
});
