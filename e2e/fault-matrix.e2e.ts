import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn, launch, visitor } from './browser.js';
import { buildFixture } from './fault-matrix/build-fixture.js';
import { faults, type Fault } from './fault-matrix/faults.js';
import { remotes, shells, type RemoteSide, type ShellSide } from './fault-matrix/sides.js';
import { lay } from './fault-matrix/wire.js';
import { createE2ePlatform, type E2ePlatform } from './platform.js';

let platform: E2ePlatform;
let browser: Browser;
let folder: string;
let visitors = 0;

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

interface Visit {
  readonly page: Page;
  readonly subject: string;
}

/** A page load by somebody who has the canary, which has the fault. */
async function load(shell: ShellSide, remote: RemoteSide, fault: Fault): Promise<Visit> {
  visitors += 100;
  const subject = idIn('canary', `${remote.app}@v1.1.0`, 50, visitors);
  const { page } = await visitor(browser, platform.url, subject);
  if (fault.wire) await lay(fault.wire, page, `${remote.app}/v1.1.0`);
  await page.addInitScript((inCode) => Object.assign(globalThis, { fault: inCode }), fault.inCode);
  const patience = fault.isHang ? '&timeout=2000' : '';
  await page.goto(`${platform.url}${shell.mount}/?app=${remote.app}${patience}`);
  return { page, subject };
}

/** What was told of the app on a visitor's page, once its failure has arrived. */
async function toldOf(app: string, subject: string, kind: string): Promise<readonly string[]> {
  const told = () =>
    platform.events
      .filter((event) => event.app === app && event.subject === subject)
      .map(({ kind, version, error }) => `${kind} ${version}${error === undefined ? '' : ` ${error.kind}`}`);
  await expect.poll(told, { timeout: 20_000 }).toContain(`failed v1.1.0 ${kind}`);
  return told();
}

const possible = (fault: Fault, { isScript }: RemoteSide): boolean => !(isScript && fault.needsModules);

// Several pages at a time: those that hang wait beside others, which work.
describe.each(shells)('a shell by $title', (shell) => {
  describe.each(remotes)('a remote by $title', (remote) => {
    const cases = faults.filter((fault) => possible(fault, remote));
    it.concurrent.each(cases)('F9 F15 $title: stable in the same page load, told once', async (fault) => {
      const { page, subject } = await load(shell, remote, fault);
      if (fault.isLater) await page.locator('[data-version="v1.1.0"] button').click();
      // Stable, with its own stylesheet and its own chunks, and nothing of the canary's left.
      const stable = page.locator('[data-version="v1.0.0"]');
      await stable.locator('button').click();
      await stable.locator('[data-more="v1.0.0"]').waitFor();
      expect(await stable.evaluate((shown) => getComputedStyle(shown).outlineStyle)).toBe('dashed');
      expect(await page.locator(`link[rel=stylesheet][href*="/${remote.app}/v1.1.0/"]`).count()).toBe(0);
      // What is beside it lives.
      await page.locator('output').click();
      expect(await page.locator('output').innerText()).toBe('1');
      // It may have been on screen before it failed: then the failure is what counts.
      const told = await toldOf(remote.app, subject, fault.kind);
      expect(told.filter((event) => event !== 'ok v1.1.0')).toEqual(['attempt v1.1.0', `failed v1.1.0 ${fault.kind}`]);
      expect(told.at(-1)).toContain('failed');
      await page.context().close();
    });
  });
});
