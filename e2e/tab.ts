import type { Page } from 'playwright-core';

/** A minute in which the page is seen: it asks for the index anew, and has the answer. */
export async function passAMinute(page: Page): Promise<void> {
  const answered = page.waitForResponse('**/platform-index.json');
  await page.clock.fastForward(60_000);
  await (await answered).finished();
  // What is told is told in the tasks after the answer.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
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
