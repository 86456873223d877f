import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn, launch, visitor } from './browser.js';
import { buildFixture } from './fault-matrix/build-fixture.js';
import { answers, filesOf, hangs, is404 } from './fault-matrix/wire.js';
import { tiresWhenTold } from './patience.js';
import { createE2ePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
let folder: string;
let visitors = 0;

const folders = { nested: 'nested-shell', checkout: 'nested-remote', basket: 'nested-static-remote', design: 'design' };
/** Of `checkout` two that are alike: while one is on trial its sessions are told as well. */
const versions = {
  nested: ['v1.0.0'],
  checkout: ['v1.0.0', 'v1.1.0'],
  basket: ['v1.0.0'],
  design: ['v1.0.0', 'v1.1.0'],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-nested-'));
  const builds = (Object.keys(folders) as (keyof typeof folders)[]).flatMap((app) =>
    versions[app].map((version) => {
      const outDir = join(folder, app, version);
      return { app, version, folder: folders[app], toolchain: 'vite' as const, outDir };
    }),
  );
  const apps = { shells: { nested: '' }, remotes: ['checkout', 'basket', 'design'] };
  [platform, browser] = await Promise.all([createE2ePlatform({ apps }), launch(), ...builds.map(buildFixture)]);
  for (const { app, version, outDir } of builds) {
    await platform.publishFolder({ app, version, dir: outDir });
    await platform.start(app, version);
  }
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Fault {
  readonly files?: string;
  readonly handle?: (route: Route) => Promise<void>;
  readonly inCode?: 'evaluate' | 'render';
}

/** A page of two apps that bring the design system along, opened by somebody who has its canary. */
async function open({ files, handle, inCode }: Fault): Promise<{ page: Page; subject: string }> {
  visitors += 100;
  const subject = idIn('canary', 'design@v1.1.0', 50, visitors);
  const { page } = await visitor(browser, platform.url, subject);
  const tire = handle === hangs && (await tiresWhenTold(page));
  if (files && handle) {
    await page.route(`**/design/v1.1.0/${files}`, async (route) => {
      await handle(route);
      if (tire) await tire();
    });
  }
  await page.addInitScript((fault) => Object.assign(globalThis, { fault }), inCode);
  await page.goto(`${platform.url}/`);
  return { page, subject };
}

/** What was told of an app on a visitor's page, in the order of the alphabet: beacons may overtake one another. */
const eventsOf = (app: string, subject: string): readonly string[] =>
  platform.events
    .filter((event) => event.app === app && event.subject === subject)
    .map(({ kind, version, error }) => `${kind} ${version}${error === undefined ? '' : ` ${error.kind}`}`)
    .toSorted();

/** What was told of the design system, once its outcome has arrived. */
async function told(subject: string, outcome: string): Promise<readonly string[]> {
  await expect
    .poll(() => eventsOf('design', subject))
    .toEqual(expect.arrayContaining(['attempt v1.1.0', outcome]) as string[]);
  return eventsOf('design', subject);
}

const shown = (page: Page, app: string, version: string) =>
  page.locator(`section[aria-label="${app}"] [data-design="${version}"]`).waitFor();

describe('a remote that remotes load with instances of their own', () => {
  it('F21 is decided like all others: the canary, told once however many apps bring it along', async () => {
    const { page, subject } = await open({});
    for (const app of ['checkout', 'basket']) await shown(page, app, 'v1.1.0');
    expect(await told(subject, 'ok v1.1.0')).toEqual(['attempt v1.1.0', 'ok v1.1.0']);
    await page.context().close();
  });

  it.each<[string, string, Fault]>([
    ['manifest 404', 'manifest', { files: filesOf.manifest, handle: is404 }],
    [
      'manifest is garbage',
      'manifest',
      { files: filesOf.manifest, handle: answers(200, 'application/json', '{"id":') },
    ],
    ['entry 404', 'entry', { files: filesOf.entry, handle: is404 }],
    ['entry hangs', 'entry', { files: filesOf.entry, handle: hangs }],
    ['expose chunk 404', 'chunk', { files: '**/button-*.js', handle: is404 }],
    ['expose chunk hangs', 'chunk', { files: '**/button-*.js', handle: hangs }],
    ['module throws at evaluation', 'evaluate', { inCode: 'evaluate' }],
  ])('F21 %s: stable in the same page load for both apps, told once', async (_fault, kind, fault) => {
    const { page, subject } = await open(fault);
    for (const app of ['checkout', 'basket']) await shown(page, app, 'v1.0.0');
    expect(await told(subject, `failed v1.1.0 ${kind}`)).toEqual(['attempt v1.1.0', `failed v1.1.0 ${kind}`]);
    await page.context().close();
  });

  it('F21 what it throws while others render it is its failure, not theirs; this browser has stable from then on', async () => {
    const { page, subject } = await open({ inCode: 'render' });
    for (const app of ['checkout', 'basket']) await page.getByText(`${app} is not available`).waitFor();
    expect(await page.locator('output').innerText()).toBe('alive');
    // It was loaded, and failed after that.
    const outcomes = ['attempt v1.1.0', 'failed v1.1.0 render', 'ok v1.1.0'];
    expect(await told(subject, 'failed v1.1.0 render')).toEqual(outcomes);
    const ofCheckout = () => eventsOf('checkout', subject).map((event) => event.split(' ')[0]);
    await expect.poll(ofCheckout).toContain('attempt');
    expect(ofCheckout()).not.toContain('failed');
    await page.reload();
    for (const app of ['checkout', 'basket']) await shown(page, app, 'v1.0.0');
    await page.context().close();
  });
});
