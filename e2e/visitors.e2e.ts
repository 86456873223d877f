import { subjectOf, type Signer } from '@sluice/core';
import { hmacSha256 } from '@sluice/local';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelOf, launch } from './browser.js';
import { startFunctions } from './cloudfront-functions.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

// `visitors` of the configuration in a real browser: page and edge have the same words, and obey the same cookie.

const signer: Signer = { keys: () => [{ id: 'k1', secret: 'of this platform'.padEnd(32, '.') }], mac: hmacSha256 };
const visitors = { consent: 'required', identity: 'coarse' } as const;
let platform: E2ePlatform;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let browser: Browser;
let identity = '';

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform({ signer, visitors }), launch()]);
  await platform.publish({ app: 'mfe1', version: 'v1.1.0' });
  await platform.start('mfe1', 'v1.1.0', 50);
  const apps = platform.platform.apps.map(
    ({ place, kind }) => ({ place, kind: kind === 'shell' ? kind : 'remote' }) as const,
  );
  const keys = signer.keys();
  functions = await startFunctions({ apps, root: platform.store, api: platform.url, keys, visitors });
  const entryPoints = ['packages/resolver/src/identity.ts'];
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    format: 'iife',
    globalName: 'identity',
    write: false,
  });
  identity = outputFiles[0]?.text ?? '';
});
afterAll(async () => {
  await browser?.close();
  await functions?.close();
  await platform?.close();
});

/** As the application's own banner does. */
async function setConsent(page: Page, given: boolean): Promise<void> {
  await page.addScriptTag({ content: identity });
  await page.evaluate((said) => {
    (globalThis as unknown as { identity: { setConsent(given: boolean): void } }).identity.setConsent(said);
  }, given);
}

async function cookiesIn(context: BrowserContext): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await context.cookies()).map(({ name, value }) => [name, value]));
}

const told = (): readonly string[] =>
  platform.events.filter(({ app }) => app === 'mfe1').map(({ kind, reason }) => `${kind} ${reason}`);

describe('a visitor of a platform that asks for consent', () => {
  it.each<[string, () => string]>([
    ['the Node edge', () => platform.url],
    ["CloudFront's functions", () => functions.url],
  ])(
    'F5 F18 at %s: no cookie before; id, signature and a say after; none of them once it is taken back',
    async (_, at) => {
      const url = `${at()}/orders`;
      platform.events.length = 0;
      const context = await browser.newContext();
      const page = await context.newPage();
      for (let load = 0; load < 2; load += 1) {
        const answer = await page.goto(url);
        expect(answer?.headers()['set-cookie']).toBeUndefined();
        expect(await labelOf(page, 'mfe1')).toContain('no visitor id, so stable');
        expect(await cookiesIn(context)).toEqual({});
      }
      expect(platform.events).toEqual([]);

      await setConsent(page, true);
      expect(await cookiesIn(context)).toEqual({ sluice_consent: 'true' });
      await page.reload();
      const label = await labelOf(page, 'mfe1');
      const { sluice_id: id = '', sluice_sig: sig = '', sluice_consent: said } = await cookiesIn(context);
      expect([id, said]).toEqual([expect.stringMatching(/^\d{1,5}$/), 'true']);
      const nowS = Math.floor(Date.now() / 1000);
      const cookies = `sluice_id=${id}; sluice_sig=${sig}`;
      expect(subjectOf(signer, { cookies, nowS })).toEqual({ subject: id, signature: 'fresh' });
      await expect.poll(told, { timeout: 20_000 }).toContain('ok bucket');
      expect(platform.events.at(-1)?.subject).toBe(id);
      // Page and edge go on with the one id.
      await page.reload();
      expect(await labelOf(page, 'mfe1')).toBe(label);
      expect((await cookiesIn(context))['sluice_id']).toBe(id);

      await setConsent(page, false);
      expect(Object.keys(await cookiesIn(context))).not.toContain('sluice_id');
      await page.reload();
      expect(await labelOf(page, 'mfe1')).toContain('no visitor id, so stable');
      expect(await cookiesIn(context)).toEqual({ sluice_consent: 'false' });
      await context.close();
    },
  );
});
