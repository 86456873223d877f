import type { Page, Request } from 'playwright-core';

const indexPath = '/platform-index.json';

/** A minute in which the page is seen: it asks for the index anew, and has read what was answered. */
export async function passAMinute(page: Page): Promise<void> {
  const asked: Request[] = [];
  const remember = (request: Request): unknown => request.url().endsWith(indexPath) && asked.push(request);
  page.on('request', remember);
  const first = page.waitForRequest(`**${indexPath}`);
  await page.clock.fastForward(60_000);
  await first;
  page.off('request', remember);
  // A page may have two that ask.
  for (const request of asked) await (await request.response())?.finished();
  // What the page does with an answer is done before it has another one.
  await page.evaluate((path) => fetch(path).then((answer) => answer.text()), indexPath);
}

/** A minute in which the page learns that a version of its was taken back. */
export async function learns(page: Page): Promise<void> {
  const toldSoFar = () => sessionStorage.getItem('sluice_told');
  const before = await page.evaluate(toldSoFar);
  await page.clock.fastForward(60_000);
  await page.waitForFunction((before) => sessionStorage.getItem('sluice_told') !== before, before);
}

/** Page loads of a tab, from now on. */
export function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('domcontentloaded', () => (loads += 1));
  return () => loads;
}

/** Follows a link of the page. */
export const follow = (page: Page, href: string) => page.locator(`a[href="${href}"]`).first().click();

/** The label of the shell that runs. */
export const shellOf = (page: Page) => page.getByRole('link', { name: /^shell v/ }).innerText();
