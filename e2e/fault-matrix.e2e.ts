import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArmCounts } from '@sluice/core';
import type { Browser, Page, Request, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn, launch, visitor } from './browser.js';
import { buildFixture } from './fault-matrix/build-fixture.js';
import { faults, type Fault } from './fault-matrix/faults.js';
import { remotes, shells, type RemoteSide, type ShellSide } from './fault-matrix/sides.js';
import { filesOf, is404 } from './fault-matrix/wire.js';
import { tiresWhenTold } from './patience.js';
import { createE2ePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
let folder: string;
let visitors = 0;
/** How far the platform's clock is ahead. */
let later = 0;
/** Pages with a failed canary, by app. */
const failures = new Map<string, number>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-matrix-'));
  const apps = {
    shells: Object.fromEntries(shells.map(({ app, mount }) => [app, mount])),
    remotes: remotes.map(({ app }) => app),
  };
  const builds = [
    ...shells.map((shell) => ({ ...shell, toolchain: 'vite' as const, version: 'v1.0.0' })),
    ...remotes.flatMap((remote) => ['v1.0.0', 'v1.1.0'].map((version) => ({ ...remote, version }))),
  ].map((build) => ({ ...build, outDir: join(folder, build.app, build.version) }));
  [platform, browser] = await Promise.all([
    createE2ePlatform({ apps, now: () => Date.now() + later }),
    launch(),
    ...builds.map(buildFixture),
  ]);
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

interface Visit {
  readonly page: Page;
  readonly subject: string;
  /** Files that hang. */
  readonly held: readonly Route[];
}

interface Broken extends Pick<Fault, 'wire' | 'inCode' | 'isHang'> {
  /** Glob of the versions whose files go wrong; default: the canary. */
  readonly versions?: string;
  readonly onAsked?: (url: string) => void;
}

/** A page load by somebody who has the canary, which is broken. */
async function load(shell: ShellSide, remote: RemoteSide, broken: Broken): Promise<Visit> {
  visitors += 100;
  const subject = idIn('canary', `${remote.app}@v1.1.0`, 50, visitors);
  const { page } = await visitor(browser, platform.url, subject);
  const { wire, versions = 'v1.1.0', onAsked } = broken;
  const held: Route[] = [];
  const tire = broken.isHang && (await tiresWhenTold(page));
  if (wire) {
    await page.route(`**/${remote.app}/${versions}/${wire.files}`, async (route) => {
      onAsked?.(route.request().url());
      if (tire) held.push(route);
      await wire.handle(route);
      if (tire) await tire();
    });
  }
  await page.addInitScript((inCode) => Object.assign(globalThis, { fault: inCode }), broken.inCode);
  await page.goto(`${platform.url}${shell.mount}/?app=${remote.app}`);
  return { page, subject, held };
}

/** What hung comes after all, and the page has had the time to do something about it. */
async function arrive({ page, held }: Visit): Promise<void> {
  for (const route of held) {
    const request = route.request();
    const isOver = (other: Request): boolean => other === request;
    const over = Promise.race([
      page.waitForEvent('requestfinished', isOver),
      page.waitForEvent('requestfailed', isOver),
    ]).catch(() => undefined);
    // The page may have given the request up: then nobody is there to take what comes.
    if (request.failure() === null && (await isTaken(route))) await over;
  }
  if (held.length > 0) await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
}

function isTaken(route: Route): Promise<boolean> {
  return route.continue().then(
    () => true,
    () => false,
  );
}

/** Ends as soon as the platform has what is asked for. Not vitest's poll: that knows one test at a time. */
async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !isSo(); i += 1) await new Promise((done) => setTimeout(done, 20));
}

/** What was told of the app on a visitor's page, in the order of the alphabet: beacons may overtake one another. */
async function toldOf(app: string, subject: string): Promise<readonly string[]> {
  const mine = () => platform.events.filter((event) => event.app === app && event.subject === subject);
  await until(() => ['attempt', 'failed'].every((kind) => mine().some((event) => event.kind === kind)));
  return mine()
    .map(({ kind, version, error }) => `${kind} ${version}${error === undefined ? '' : ` ${error.kind}`}`)
    .toSorted();
}

/** Each shell with each remote. */
const pairs = shells.flatMap((shell) => remotes.map((remote) => ({ shell, remote })));
const placeOf = ({ shell, remote }: (typeof pairs)[number]): string => `${remote.title} in ${shell.title}`;

const cases = faults.flatMap((fault) =>
  pairs
    .filter(
      ({ shell, remote }) =>
        !(fault.needsModules && remote.isScript) &&
        !(fault.isOfBytes && shell !== shells[0]) &&
        (fault.toolchain ?? remote.toolchain) === remote.toolchain,
    )
    .map((pair) => [fault.scenario, fault.title, placeOf(pair), { ...pair, fault }] as const),
);

const isAlive = async (page: Page): Promise<void> => {
  await page.locator('output').click();
  expect(await page.locator('output').innerText()).toBe('1');
};

// Several pages at a time, and in one list: those that hang wait beside others, which work.
describe('a broken canary', () => {
  it.concurrent.each(cases)('%s %s, %s: stable in the same page load, told once', async (...row) => {
    const { shell, remote, fault } = row[3];
    const { app } = remote;
    const visit = await load(shell, remote, fault);
    const { page, subject } = visit;
    if (fault.isLater) await page.locator('[data-version="v1.1.0"] button').click();
    // Stable, with its own stylesheet and its own chunks, and nothing of the canary's left.
    const stable = page.locator('[data-version="v1.0.0"]');
    await stable.locator('button').click();
    await stable.locator('[data-more="v1.0.0"]').waitFor();
    await arrive(visit);
    expect(await page.locator('[data-version]').count()).toBe(1);
    expect(await stable.evaluate((shown) => getComputedStyle(shown).outlineStyle)).toBe('dashed');
    expect(await page.locator(`link[rel=stylesheet][href*="/${app}/v1.1.0/"]`).count()).toBe(0);
    await isAlive(page);
    // It may have been on screen before it failed: then the failure is what counts.
    const told = await toldOf(app, subject);
    expect(told.filter((event) => event !== 'ok v1.1.0')).toEqual(['attempt v1.1.0', `failed v1.1.0 ${fault.kind}`]);
    failures.set(app, (failures.get(app) ?? 0) + 1);
    await page.context().close();
  });

  it.concurrent.each(pairs.map((pair) => [placeOf(pair), pair] as const))(
    'F10 stable is broken as well, %s: a message in its place, no endless retry, told once',
    async (_place, { shell, remote }) => {
      const asked: string[] = [];
      const { page, subject } = await load(shell, remote, {
        wire: { files: filesOf.entry, handle: is404 },
        versions: 'v1.*',
        onAsked: (url) => asked.push(url),
      });
      await page.getByRole('alert').waitFor();
      await isAlive(page);
      expect(await toldOf(remote.app, subject)).toEqual(['attempt v1.1.0', 'failed v1.1.0 entry']);
      expect(asked.length).toBeLessThanOrEqual(4);
      failures.set(remote.app, (failures.get(remote.app) ?? 0) + 1);
      await page.context().close();
    },
  );
});

describe('before it starts', () => {
  it.each(remotes)('F15 preflight has nothing against the canary of $app', async ({ app }) => {
    expect((await platform.preflight(app, 'v1.1.0'))?.problems).toEqual([]);
  });

  it.each(remotes.filter(({ isScript }) => isScript))(
    'preflight refuses a version of $app whose chunks would be mixed with those of stable',
    async ({ app }) => {
      // Built under stable's name, so under its `uniqueName`.
      await platform.publishFolder({ app, version: 'v1.2.0', dir: join(folder, app, 'v1.0.0') });
      expect((await platform.preflight(app, 'v1.2.0'))?.problems.map(({ check }) => check)).toContain('chunks');
    },
  );
});

describe('all of it', () => {
  it.each(remotes)('F9 F19 is counted once: each visitor of $app is one session, and one failure', async ({ app }) => {
    // A slot stays open until somebody with stable was seen.
    const { page } = await visitor(browser, platform.url, idIn('stable', `${app}@v1.1.0`, 50));
    await page.goto(`${platform.url}/?app=${app}`);
    await page.locator('[data-version="v1.0.0"]').waitFor();
    const isTold = () =>
      platform.events.some((event) => event.app === app && event.kind === 'ok' && event.version === 'v1.0.0');
    await until(isTold);
    await page.context().close();
    later += 60_000;
    const slots = await platform.closedSlots(app);
    const sum = (of: (counts: ArmCounts) => number) => slots.reduce((total, slot) => total + of(slot.canary), 0);
    const expected = failures.get(app) ?? 0;
    expect(expected).toBeGreaterThan(20);
    expect({ sessions: sum(({ sessions }) => sessions), failed: sum(({ failed }) => failed) }).toEqual({
      sessions: expected,
      failed: expected,
    });
  });
});
