import { bucketOf } from '@sluice/core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { chromiumArgs, findChromium } from '../scripts/chromium.mjs';

/** Chromium as `npm test` has found it. */
export function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium; `npm test` installs one, or says how.');
  return chromium.launch({ executablePath, args: [...chromiumArgs] });
}

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
}

/** A fresh profile; with an id when the test wants a given arm. */
export async function visitor(browser: Browser, url: string, id?: string): Promise<Visitor> {
  const context = await browser.newContext();
  if (id !== undefined) await context.addCookies([{ name: 'sluice_id', value: id, url }]);
  return { context, page: await context.newPage() };
}

/** An id whose bucket falls into the canary's share, or outside of it. */
export function idIn(arm: 'canary' | 'stable', salt: string, percent: number, from = 0): string {
  for (let i = from; ; i += 1) {
    const id = `visitor${String(i)}`;
    if (bucketOf(salt, id) < percent * 100 === (arm === 'canary')) return id;
  }
}

/** The label of an app, once the app itself has said which version is on screen. */
export async function labelOf(page: Page, app: string): Promise<string> {
  const label = page.locator(`section[aria-label="${app}"] p[data-kind]`);
  await page
    .locator(`section[aria-label="${app}"] [data-accent], section[aria-label="${app}"] [role=alert]`)
    .first()
    .waitFor();
  return (await label.innerText()).replaceAll('\n', ' ');
}
