import type { Browser, BrowserContext, Page } from 'playwright-core';

/** How long it took from the start of the navigation until the remote was visible. */
export interface Loads {
  readonly coldMs: number;
  readonly warmMs: number;
}

export interface Visit {
  readonly url: string;
  readonly visitor: string;
  /** What each request costs before its first byte. */
  readonly rttMs: number;
}

/** One fresh profile: the page with an empty cache, and again by a reload. */
export async function loadTwice(browser: Browser, { url, visitor, rttMs }: Visit): Promise<Loads> {
  const context = await browser.newContext();
  try {
    await context.addCookies([{ name: 'sluice_id', value: visitor, url }]);
    const page = await context.newPage();
    await emulate(context, page, rttMs);
    const visible = await watchRemote(page);
    const cold = visible();
    await page.goto(url);
    const coldMs = await cold;
    // What the page still does after it is visible is no part of the next load.
    await page.waitForLoadState('networkidle');
    const warm = visible();
    await page.reload();
    return { coldMs, warmMs: await warm };
  } finally {
    await context.close();
  }
}

async function emulate(context: BrowserContext, page: Page, rttMs: number): Promise<void> {
  if (rttMs === 0) return;
  const session = await context.newCDPSession(page);
  const unlimited = { downloadThroughput: -1, uploadThroughput: -1 };
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: rttMs, ...unlimited });
}

/** As a text: what compiles this file would put names of its own into it. */
const tellWhenVisible = `{
  const observer = new MutationObserver(() => {
    const remote = document.querySelector('[data-accent]');
    if (!remote?.getBoundingClientRect().height) return;
    observer.disconnect();
    remoteIsVisible(performance.now());
  });
  observer.observe(document, { childList: true, subtree: true });
}`;

/** The page tells by itself when something of the remote has a size: nothing polls. */
async function watchRemote(page: Page): Promise<() => Promise<number>> {
  let told: (ms: number) => void = () => undefined;
  await page.exposeFunction('remoteIsVisible', (ms: number) => {
    told(ms);
  });
  await page.addInitScript({ content: tellWhenVisible });
  return () =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`${page.url()} has shown no remote for 30 s`));
      }, 30_000);
      told = (ms) => {
        clearTimeout(late);
        resolve(ms);
      };
    });
}
