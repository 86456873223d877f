import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idIn, labelOf, launch, visitor } from './browser.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
let visitors = 0;

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform(), launch()]);
  await platform.publish({ app: 'mfe1', version: 'v1.1.0' });
  await platform.start('mfe1', 'v1.1.0', 50);
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});
beforeEach(() => {
  platform.events.length = 0;
});

/** A page by somebody in the canary's half, with everything on screen. */
async function canaryPage(path = '/orders', prepare = (_page: Page): Promise<unknown> => Promise.resolve()) {
  visitors += 100;
  const id = idIn('canary', 'mfe1@v1.1.0', 50, visitors);
  const { page, context } = await visitor(browser, platform.url, id);
  await prepare(page);
  await page.goto(`${platform.url}${path}`);
  await labelOf(page, 'mfe1');
  return { page, context, id };
}

const dialogOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Versions on this page' });
const cardOf = (page: Page, app: string): Locator =>
  dialogOf(page)
    .locator('li')
    .filter({ has: page.getByRole('heading', { name: new RegExp(`^${app} `) }) });

async function opened(page: Page): Promise<Locator> {
  await page.keyboard.press('Alt+Shift+KeyS');
  await cardOf(page, 'mfe1').waitFor();
  return dialogOf(page);
}

describe('the panel', () => {
  it('opens by the shortcut and says which versions are on the page, and why', async () => {
    const { page, context, id } = await canaryPage();
    expect(await dialogOf(page).count()).toBe(0);
    const dialog = await opened(page);
    expect(await dialog.innerText()).toContain(id);
    const card = await cardOf(page, 'mfe1').innerText();
    expect(card).toMatch(/mfe1\s+v1\.1\.0\s+canary/);
    expect(card).toMatch(/bucket [\d,]+ is below 50 %/i);
    expect(card).toMatch(/weight\s+50 %\s+generation\s+\d+\s+statistics\s+counted\s+page\s+pinned/);
    expect(await cardOf(page, 'shell').innerText()).toMatch(/v1\.0\.0\s+stable\s+the only version live/i);
    await context.close();
  });

  it('F6 switches an app, shows the override after the page load, counts it nowhere, and clears it', async () => {
    const { page, context } = await canaryPage();
    await opened(page);
    await cardOf(page, 'mfe1').getByRole('radio', { name: 'Stable' }).check();
    platform.events.length = 0;
    await dialogOf(page).getByRole('button', { name: 'Reload with 1 change' }).click();
    await cardOf(page, 'mfe1').getByText('you asked for it (override)').waitFor();
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    expect(await cardOf(page, 'mfe1').innerText()).toMatch(/v1\.0\.0\s+stable[^]*statistics\s+not counted/);
    // The page before has said what became of it when it went; of this one nothing is told, also not when it goes.
    await dialogOf(page).getByRole('button', { name: 'Clear overrides' }).click();
    await cardOf(page, 'mfe1').getByText('is below 50 %').waitFor();
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    expect(platform.events.filter(({ version, reason }) => version === 'v1.0.0' || reason === 'override')).toEqual([]);
    expect(await dialogOf(page).getByRole('button', { name: 'Clear overrides' }).isVisible()).toBe(false);
    await context.close();
  });

  it('opens by the address, and takes the place of an override that the address asks for', async () => {
    const { page, context } = await canaryPage('/orders?sluice_panel&sluice_override=mfe1:stable&kept=1#part');
    await cardOf(page, 'mfe1').getByText('you asked for it (override)').waitFor();
    await cardOf(page, 'mfe1').getByRole('radio', { name: 'Canary' }).check();
    await dialogOf(page).getByRole('button', { name: 'Reload with 1 change' }).click();
    await page.waitForURL((url) => !url.search.includes('sluice_override'));
    expect(page.url()).toMatch(/\?sluice_panel=?&kept=1#part$/);
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    await cardOf(page, 'mfe1').getByText('you asked for it (override)').waitFor();
    await context.close();
  });

  it('says that an app fell back, and with which failure; and after a reload that it did so before', async () => {
    const { page, context } = await canaryPage('/orders', (page) =>
      page.route('**/mfe1/v1.1.0/mf-manifest.json', (route) => route.fulfill({ status: 404, body: 'no' })),
    );
    await opened(page);
    const card = await cardOf(page, 'mfe1').innerText();
    expect(card).toMatch(/mfe1\s+v1\.0\.0\s+fell back\s+canary v1\.1\.0 has failed on this page/i);
    expect(card).toMatch(/its manifest could not be loaded\.\s+Error: status 404/i);
    await page.reload();
    // It offers the panel by then, which shows what is on the page when it is opened.
    await labelOf(page, 'mfe1');
    await opened(page);
    expect(await cardOf(page, 'mfe1').innerText()).toMatch(/fell back\s+canary v1\.1\.0 has failed in this browser/i);
    await context.close();
  });

  it('takes the focus, can be used by keys alone, and gives the focus back at Escape', async () => {
    const { page, context } = await canaryPage();
    const link = page.getByRole('link', { name: 'Releases' });
    await link.focus();
    const dialog = await opened(page);
    const inside = () =>
      page.evaluate(() => document.querySelector('sluice-panel')?.shadowRoot?.activeElement?.outerHTML);
    expect(await inside()).toMatch(/^<div role="dialog"/);
    for (let i = 0; i < 12 && !(await inside())?.startsWith('<input'); i += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await dialog.getByRole('button', { name: 'Reload with 1 change' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await dialogOf(page).count()).toBe(0);
    expect(await link.evaluate((node) => node === document.activeElement)).toBe(true);
    // Who is writing a letter wants the letter.
    await page.evaluate(() => document.body.append(document.createElement('textarea')));
    await page.locator('textarea').focus();
    await page.keyboard.press('Alt+Shift+KeyS');
    await page.keyboard.press('Escape');
    await link.focus();
    await opened(page);
    await page.keyboard.press('Alt+Shift+KeyS');
    await dialogOf(page).waitFor({ state: 'detached' });
    await context.close();
  });

  it.each([1280, 390])('at %d px it is inside the window, and neither side styles the other', async (width) => {
    const { page, context } = await canaryPage('/orders', async (page) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 800 });
    });
    const look = () =>
      page.evaluate(() => {
        const { color, font, margin } = getComputedStyle(document.querySelector('main h1, main h2, main p') as Element);
        return { color, font, margin };
      });
    const before = await look();
    const dialog = await opened(page);
    const shown = () =>
      dialog.evaluate((node) => {
        const { color, fontSize, display } = getComputedStyle(node);
        const { left, right, bottom, width } = node.getBoundingClientRect();
        const badge = getComputedStyle(node.querySelector('.badge') as Element);
        return {
          color,
          fontSize,
          display,
          badge: badge.color + badge.padding,
          left,
          right,
          bottom,
          width,
        };
      });
    const mine = await shown();
    expect(mine.left).toBeGreaterThanOrEqual(0);
    expect(mine.right).toBeLessThanOrEqual(width);
    expect(mine.bottom).toBeLessThanOrEqual(800);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await look()).toEqual(before);
    await page.addStyleTag({
      content: `* { color: red !important; font-size: 40px !important; padding: 9px !important; --ink: red !important }
        sluice-panel { display: none !important; width: 9px !important; direction: rtl }`,
    });
    expect(await shown()).toEqual(mine);
    await context.close();
  });

  it('works under a policy that allows neither inline styles nor inline scripts, and breaks no rule of it', async () => {
    const broken: string[] = [];
    const { page, context } = await canaryPage('/orders', async (page) => {
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) broken.push(message.text());
      });
      await page.route('**/orders', async (route) => {
        const response = await route.fetch();
        const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'";
        const types = "require-trusted-types-for 'script'";
        const headers = { ...response.headers(), 'content-security-policy': `${policy}; ${types}` };
        await route.fulfill({ response, headers });
      });
    });
    const before = broken.length;
    const dialog = await opened(page);
    expect(await dialog.evaluate((node) => getComputedStyle(node).display)).toBe('flex');
    await cardOf(page, 'mfe1').getByRole('radio', { name: 'Stable' }).check();
    expect(broken.slice(before)).toEqual([]);
    await context.close();
  });

  it('breaks nothing where it cannot be loaded', async () => {
    const errors: Error[] = [];
    const { page, context } = await canaryPage('/orders', async (page) => {
      page.on('pageerror', (error) => errors.push(error));
      await page.route('**/assets/panel-*.js', (route) => route.abort());
    });
    const asked = page.waitForEvent('requestfailed', (request) => request.url().includes('/assets/panel-'));
    await page.keyboard.press('Alt+Shift+KeyS');
    await asked;
    expect(await labelOf(page, 'mfe1')).toContain('v1.1.0');
    expect(errors).toEqual([]);
    expect(await dialogOf(page).count()).toBe(0);
    await context.close();
  });
});
