import type { Browser, Page, Request } from 'playwright-core';
import type { NodeEdge } from '@sluice/edge/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBenchPlatform, type BenchPlatform } from '../bench/page/platform.js';
import { launch, visitor } from './browser.js';
import { givesUpAfter } from './patience.js';

// The order of requests, never how long they took: what a request must not wait for is held back until it was made.

let platform: BenchPlatform;
let browser: Browser;

beforeAll(async () => {
  [platform, browser] = await Promise.all([createBenchPlatform(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});

const index = '/platform-index.json';
const pathOf = (request: Request): string => new URL(request.url()).pathname;

async function open(edge: NodeEdge, prepare: (page: Page) => Promise<unknown>): Promise<readonly string[]> {
  const { page, context } = await visitor(browser, edge.url, platform.visitor);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(pathOf(request)));
  await givesUpAfter(page, 60_000);
  await prepare(page);
  await page.goto(`${edge.url}/orders`);
  await page.locator('[data-accent]').waitFor();
  await context.close();
  return asked.filter((path) => !path.startsWith('/api/'));
}

describe.each([1, 100])('the index of a platform with %i remotes', (apps) => {
  let edge: NodeEdge;
  beforeAll(async () => {
    edge = await platform.serve(apps);
  });
  afterAll(() => edge.close());

  it('is asked for once, by the document itself: neither the boot script nor the shell has come yet', async () => {
    const asked = await open(edge, async (page) => {
      const arrived = page.waitForResponse((response) => pathOf(response.request()) === index);
      await page.route('**/shell/**/*.js', async (route) => {
        await (await arrived).finished();
        await route.continue();
      });
    });
    expect(asked.filter((path) => path === index)).toHaveLength(1);
    expect(asked.filter((path) => path.endsWith('/active-version.json'))).toEqual([]);
  });

  it('resolving costs no request between the shell and the manifest of the decided version', async () => {
    const asked = await open(edge, () => Promise.resolve());
    const shell = asked.findIndex((path) => path.startsWith('/shell/v1.0.0/assets/'));
    const manifest = asked.indexOf('/mfe1/v1.0.0/mf-manifest.json');
    expect(shell).toBeGreaterThan(0);
    expect(manifest).toBeGreaterThan(shell);
    const first = new Set(['/orders', index, '/shell/v1.0.0/sluice-boot.js', asked[shell] ?? '']);
    expect(asked.slice(0, manifest).filter((path) => !first.has(path))).toEqual([]);
  });

  it('F11 where there is none, only the pointer of the remote on this page is asked for, once', async () => {
    const asked = await open(edge, (page) =>
      page.route(`**${index}`, (route) => route.fulfill({ status: 404, body: '' })),
    );
    const pointers = asked.filter((path) => path.endsWith('/active-version.json'));
    expect(pointers.toSorted()).toEqual(['/mfe1/active-version.json', '/shell/active-version.json']);
  });
});
