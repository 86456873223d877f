import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from '@sluice/core';
import { createFileSigner } from '@sluice/local';
import { describeWith, nginx } from '@sluice/peers';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preview, tokenOf } from '../test/edge/attacks.js';
import { origin, type Origin } from '../test/edge/origin.js';
import { runNginx, type RunningNginx } from '../test/edge/run-nginx.js';
import { idIn, labelOf, launch, visitor } from './browser.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

const apps = { shell: 'shell', mfe1: 'remote', mfe2: 'remote' } as const;

describeWith([nginx], 'the example platform behind nginx with the CloudFront Function, in Chromium', () => {
  let platform: E2ePlatform;
  let browser: Browser;
  let from: Origin;
  let overFolder: RunningNginx;
  let overOrigin: RunningNginx;
  let folder = '';
  let signer: Signer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
    const keys = join(folder, 'keys.json');
    signer = await createFileSigner({ path: keys, now: Date.now });
    [platform, browser] = await Promise.all([createLivePlatform({ signer }), launch()]);
    from = await origin(platform.store);
    // The API behind it is the platform's own edge, which passes it on to the controller.
    overFolder = await runNginx({
      apps,
      files: { kind: 'folder', root: platform.store },
      apiOrigin: platform.url,
      keys,
    });
    const files = { kind: 'origin', url: from.url } as const;
    overOrigin = await runNginx({ apps, files, apiOrigin: platform.url, pointersFor: '1s', keys });
  });
  afterAll(async () => {
    await browser?.close();
    await overFolder?.stop();
    await overOrigin?.stop();
    await from?.close();
    await platform?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('F1 F23 F24 serves deep links, versions and remotes; what the pages report arrives, and is believed', async () => {
    await platform.publish({ app: 'mfe1', version: 'v1.1.0' });
    await platform.start('mfe1', 'v1.1.0', 50);
    for (const arm of ['canary', 'stable'] as const) {
      const version = arm === 'canary' ? 'v1.1.0' : 'v1.0.0';
      const id = idIn(arm, 'mfe1@v1.1.0', 50);
      const { page, context } = await visitor(browser, overFolder.url, id);
      const failed: string[] = [];
      page.on('response', (response) => {
        if (response.status() >= 400) failed.push(`${String(response.status())} ${response.url()}`);
      });
      await page.goto(`${overFolder.url}/orders`);
      expect(await labelOf(page, 'mfe1')).toContain(version);
      await page.reload();
      expect(await labelOf(page, 'mfe1')).toContain(version);
      expect(failed).toEqual([]);
      await context.close();
      await expect
        .poll(() => platform.events.filter(({ app, version: seen }) => app === 'mfe1' && seen === version).length)
        .toBeGreaterThan(0);
    }
  });

  it('F3 gives everybody stable with the next load after a rollback', async () => {
    const { page, context } = await visitor(browser, overFolder.url, idIn('canary', 'mfe1@v1.1.0', 50));
    await page.goto(`${overFolder.url}/orders`);
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    expect((await platform.rollBack('mfe1')).kind).toBe('done');
    await page.goto(`${overFolder.url}/orders`);
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await context.close();
  });

  it('F4 splits shells between new visitors within binomial bounds, MISS once and HIT ever after for each version', async () => {
    await platform.publish({ app: 'shell', version: 'v1.1.0' });
    await platform.start('shell', 'v1.1.0', 20);
    await expect
      .poll(async () => (await (await fetch(`${overOrigin.url}/shell/active-version.json`)).text()).includes('v1.1.0'))
      .toBe(true);
    const caches: Record<string, string[]> = {};
    const visitors = 600;
    for (let i = 0; i < visitors; i += 1) {
      const response = await fetch(`${overOrigin.url}/orders`, { headers: { accept: 'text/html' } });
      await response.arrayBuffer();
      const version = /^shell@(\S+); reason=bucket$/.exec(response.headers.get('x-sluice') ?? '')?.[1] ?? 'none';
      (caches[version] ??= []).push(response.headers.get('x-cache') ?? '');
    }
    expect(Object.keys(caches).toSorted()).toEqual(['v1.0.0', 'v1.1.0']);
    for (const [version, seen] of Object.entries(caches)) {
      expect([version, seen[0], new Set(seen.slice(1))]).toEqual([version, 'MISS', new Set(['HIT'])]);
      expect(from.asked.filter(({ path }) => path === `/shell/${version}/index.html`)).toHaveLength(1);
    }
    // Five standard deviations.
    const canary = caches['v1.1.0']?.length ?? 0;
    expect(Math.abs(canary - visitors * 0.2)).toBeLessThan(5 * Math.sqrt(visitors * 0.2 * 0.8));
  });

  it('F23 shows both shells in the browser, each with its own files, through the cache', async () => {
    for (const arm of ['canary', 'stable'] as const) {
      const version = arm === 'canary' ? 'v1.1.0' : 'v1.0.0';
      const { page, context } = await visitor(browser, overOrigin.url, idIn(arm, 'shell@v1.1.0', 20));
      const loaded: string[] = [];
      page.on('response', (response) => loaded.push(new URL(response.url()).pathname));
      const document = await page.goto(`${overOrigin.url}/orders`);
      expect(document?.headers()['x-sluice']).toBe(`shell@${version}; reason=bucket`);
      expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
      const shells = new Set(loaded.flatMap((path) => /^\/shell\/([^/]+)\//.exec(path)?.[1] ?? []));
      expect(shells).toEqual(new Set([version]));
      await context.close();
    }
  });

  it.each(['folder', 'origin'] as const)(
    'F6 opens previews of a remote and of a shell by links, with files of one %s',
    async (files) => {
      const { url } = files === 'folder' ? overFolder : overOrigin;
      await platform.publish({ app: 'mfe1', version: 'pr-12-abcd' });
      await platform.publish({ app: 'shell', version: 'pr-7-abcd' });
      const linkTo = (app: string, version: string): string =>
        `${url}/orders?sluice_preview=${tokenOf(signer, preview(app, version))}`;
      const { page, context } = await visitor(browser, url);
      await page.goto(linkTo('mfe1', 'pr-12-abcd'));
      expect(page.url()).toBe(`${url}/orders`);
      expect(await labelOf(page, 'mfe1')).toContain('pr-12-abcd');
      await page.goto(linkTo('shell', 'pr-7-abcd'));
      expect(await labelOf(page, 'mfe1')).toContain('pr-12-abcd');
      expect(await page.locator('header').innerText()).toContain('shell pr-7-abcd');
      await page.goto(`${url}/orders?sluice_preview=off`);
      expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
      const refused = await page.goto(linkTo('shell', 'pr-7-abcd').replace('shell', 'mfe1'));
      expect(refused?.status()).toBe(403);
      expect(await page.locator('body').innerText()).toContain('This link opens nothing');
      await context.close();
    },
  );
});
