import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { idIn, labelOf, launch, visitor } from './browser.js';
import { createLivePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
/** The platform's clock: all sessions of a test are of one moment, whatever browsers need on a busy machine. */
let nowMs = Date.now();

beforeAll(async () => {
  [platform, browser] = await Promise.all([createLivePlatform({ now: () => nowMs }), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
});

/** Opens a page, and once it is as far as it gets, lets the 8 s pass in which it has to show something. */
async function openPage(id: string, getsTo: (page: Page) => Promise<unknown>): Promise<BrowserContext> {
  const { page, context } = await visitor(browser, platform.url, id);
  const there = getsTo(page);
  const at = Date.now();
  await page.clock.install({ time: at });
  // In the page no time passes until it has got there, however long that takes.
  await page.clock.pauseAt(at + 1000);
  await Promise.all([there, page.goto(`${platform.url}/releases`)]);
  // Its session has begun: the first failure is told by then, and not the last one.
  await page.evaluate(async () => {
    const { __SLUICE_1__: state } = globalThis as unknown as {
      __SLUICE_1__: { resolver: { decisions: () => Promise<unknown> } };
    };
    await state.resolver.decisions();
  });
  await page.clock.runFor(9000);
  await page.clock.resume();
  return context;
}

const shows = (page: Page): Promise<unknown> => page.getByRole('navigation').first().waitFor();
/** Before its index has come, at the worst: it is told all the same. */
const throws = async (page: Page): Promise<unknown> => {
  const thrown = page.waitForEvent('pageerror');
  await page.route('**/platform-index.json', async (route) => {
    await thrown;
    await route.continue();
  });
  return thrown;
};
const loads = (page: Page): Promise<unknown> => page.waitForEvent('load');

/** What a real page of somebody with stable has told, told by others: they cost no browser. */
async function tellAsOthers(events: readonly object[], ids: readonly string[]): Promise<void> {
  for (const page of ids) {
    const body = JSON.stringify({ schema: 1, page, versions: { shell: 'v1.0.0' }, events });
    const headers = {
      'content-type': 'application/json',
      cookie: `sluice_id=${page}`,
      'sec-fetch-site': 'same-origin',
    };
    const response = await fetch(`${platform.url}/api/metrics`, { method: 'POST', headers, body });
    expect(await response.text()).toBe('');
  }
}

/** What was told of the shell, by subject, in the order of the alphabet: beacons may overtake one another. */
function toldBy(version: string): readonly string[] {
  const subjects = new Map<string, string[]>();
  for (const { app, kind, subject = '', error, ...event } of platform.events) {
    if (app !== 'shell' || event.version !== version) continue;
    subjects.set(subject, [...(subjects.get(subject) ?? []), error === undefined ? kind : `${kind} ${error.kind}`]);
  }
  return [...subjects.values()].map((events) => events.toSorted().join(', '));
}

it.each([
  ['no-boot', 'v2.0.0', 'boot', throws],
  ['blank', 'v2.1.0', 'timeout', loads],
] as const)(
  'F22 a canary shell (%s) that cannot boot is seen, and Sluice takes it back by itself',
  async (...[defect, version, kind, getsTo]) => {
    await platform.publish({ app: 'shell', version, defect });
    await platform.start('shell', version, 10);
    nowMs += 20_000;
    platform.events.length = 0;
    const salt = `shell@${version}`;
    const ids = (arm: 'canary' | 'stable', count: number) =>
      Array.from({ length: count }, (_, i) => idIn(arm, salt, 10, i * 50));

    const [first = '', ...others] = ids('stable', 45);
    const healthy = await openPage(first, shows);
    await expect.poll(() => toldBy('v1.0.0')).toEqual(['attempt, ok']);
    await tellAsOthers([...platform.events], others);
    const broken = await Promise.all(ids('canary', 5).map((id) => openPage(id, getsTo)));
    const failed = Array<string>(5).fill(`attempt, failed ${kind}`);
    await expect.poll(() => toldBy(version)).toEqual(failed);
    expect(toldBy('v1.0.0')).toEqual(Array(45).fill('attempt, ok'));

    // The slot closes when its time has come; nobody needs to wait for it here.
    nowMs += 15_000;
    await platform.controller.tick();
    expect(await platform.outcome('shell')).toBe('rolled-back');
    for (const context of [healthy, ...broken]) await context.close();
    const { page, context } = await visitor(browser, platform.url, idIn('canary', salt, 10));
    const served = async () => (await page.goto(`${platform.url}/`))?.headers()['x-sluice'];
    await expect.poll(served).toContain('shell@v1.0.0');
    expect(await labelOf(page, 'mfe1')).toContain('v1.0.0');
    await context.close();
  },
);

it.each([
  ['a web component that the page came with', '<my-shop></my-shop>', '', 'ok'],
  [
    'a web component',
    '<main></main>',
    `document.querySelector('main').append(document.createElement('my-shop'))`,
    'ok',
  ],
  ['a form without words', '<main></main>', `document.querySelector('main').innerHTML = '<input>'`, 'ok'],
  ['a drawing', '<main></main>', `document.querySelector('main').append(document.createElement('canvas'))`, 'ok'],
  ['nothing beside the picture that the page came with', '<img alt="" src="./a.svg" />', '', 'failed timeout'],
])('F22 a shell that shows %s', async (_shows, body, script, outcome) => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-boot-'));
  const version = `v3.${String((shells += 1))}.0`;
  const files = {
    'index.html': `<!doctype html><html><head><script type="module" src="./a.js"></script></head><body>${body}</body></html>`,
    'a.svg': '<svg xmlns="http://www.w3.org/2000/svg" />',
    'a.js': `customElements.define('my-shop', class extends HTMLElement {
      connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<h1>Shop</h1>'; }
    });
    ${script}`,
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(dir, file), text);
  await platform.publishFolder({ app: 'shell', version, dir });
  await platform.start('shell', version, 50);
  platform.events.length = 0;
  const context = await openPage(idIn('canary', `shell@${version}`, 50), loads);
  await expect.poll(() => toldBy(version)).toEqual([`attempt, ${outcome}`]);
  await context.close();
  await platform.abort('shell');
  await rm(dir, { recursive: true });
});
let shells = 0;
