import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch, visitor } from './browser.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
let script: string;

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform(), launch()]);
  await platform.publish({ app: 'mfe1', version: 'v1.1.0' });
  await platform.start('mfe1', 'v1.1.0', 50);
  const built = await build({
    stdin: {
      contents: `import { reportWebVitals } from '@sluice/resolver/web-vitals'; reportWebVitals();`,
      resolveDir: fileURLToPath(new URL('../packages/federation', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'iife',
    conditions: ['source'],
  });
  script = built.outputFiles[0]?.text ?? '';
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});
beforeEach(() => {
  platform.events.length = 0;
});

async function canaryPage(): Promise<Page> {
  const { page } = await visitor(browser, platform.url, idIn('canary', 'mfe1@v1.1.0', 50));
  await page.goto(`${platform.url}/orders`);
  await labelOf(page, 'mfe1');
  return page;
}
const metrics = () =>
  platform.events.flatMap(({ kind, app, version, metric, value }) =>
    kind === 'metric' ? [{ app, version, metric, value }] : [],
  );
/** The browser has measured it: it does so some time after it was painted. */
function measured(page: Page, type: string): Promise<void> {
  const seen = (type: string) =>
    new Promise<void>((done) => {
      new PerformanceObserver(() => {
        done();
      }).observe({ type, buffered: true });
    });
  return page.evaluate(seen, type);
}
async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !isSo(); i += 1) await new Promise((done) => setTimeout(done, 20));
}

describe('web vitals as metrics', () => {
  it('arrive with version and value when the page is left, once', async () => {
    const page = await canaryPage();
    // It takes what is known 8 s after the page was asked for: on a busy machine they are over before anybody has clicked.
    await page.evaluate(() => (performance.now = () => -60_000));
    await page.addScriptTag({ content: script });
    await page.evaluate(() => Reflect.deleteProperty(performance, 'now'));
    await measured(page, 'largest-contentful-paint');
    await page.getByRole('link', { name: 'Dispatch' }).click();
    await page.getByRole('link', { name: 'Desk' }).click();
    await measured(page, 'first-input');
    await page.goto('about:blank');
    await until(() => metrics().length >= 3);
    await page.context().close();
    const names = metrics().map(({ app, version, metric }) => `${app} ${version} ${String(metric)}`);
    expect(names.toSorted()).toEqual(['mfe1 v1.1.0 cls', 'mfe1 v1.1.0 inp', 'mfe1 v1.1.0 lcp']);
    const valueOf = (name: string) => metrics().find(({ metric }) => metric === name)?.value ?? Number.NaN;
    expect(valueOf('lcp')).toBeGreaterThan(0);
    expect(valueOf('inp')).toBeGreaterThan(0);
    expect(valueOf('cls')).toBeGreaterThanOrEqual(0);
  });
});

describe('the application’s own analytics', () => {
  it('is told the versions of the page, once they are decided', async () => {
    const page = await canaryPage();
    const layer = await page.evaluate(() => (globalThis as { dataLayer?: unknown }).dataLayer);
    expect(layer).toEqual([{ event: 'versions', versions: { shell: 'v1.0.0', mfe1: 'v1.1.0', mfe2: 'v1.0.0' } }]);
    await page.context().close();
  });
});
