import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@sluice/peers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { built } from './builds.js';
import { createDemoPlatform, type DemoPlatform } from '../examples/platform/demo/platform.js';
import { startTraffic, type Traffic } from '../examples/platform/demo/traffic.js';

const cli = fileURLToPath(new URL('../packages/cli/bin/sluice.js', import.meta.url));
const children: ChildProcess[] = [];
let folder = '';
let platform: DemoPlatform;
let traffic: Traffic;

function serve(only: 'edge' | 'controller'): ChildProcess {
  const child = spawn(process.execPath, [cli, 'serve', '--only', only], { cwd: platform.folder, stdio: 'ignore' });
  children.push(child);
  return child;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 2000; i += 1) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`it did not happen: ${what}`);
}

interface Entry {
  readonly kind: string;
  readonly percent?: number;
  readonly outcome?: string;
}
async function history(): Promise<readonly Entry[]> {
  const path = join(platform.folder, '.sluice/store/mfe1/version-history.json');
  return (JSON.parse(await readFile(path, 'utf8')) as { entries: readonly Entry[] }).entries;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-killed-'));
  platform = await createDemoPlatform({
    folder: join(folder, 'platform'),
    edge: await freePort(),
    api: await freePort(),
    signal: new AbortController().signal,
  });
  expect(await platform.sluice('init')).toBe(0);
  for (const [app, version] of [
    ['shell', 'v1.0.0'],
    ['mfe1', 'v1.0.0'],
    ['mfe1', 'v1.1.0'],
  ] as const) {
    const outDir = await built({ app, version });
    expect(await platform.sluice('publish', outDir, '--app', app, '--version', version)).toBe(0);
    if (version === 'v1.0.0') expect(await platform.sluice('start', app, version)).toBe(0);
  }
});
afterAll(async () => {
  traffic?.stop();
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('a controller that is killed', () => {
  it('E4 goes on where it was: no stage skipped, none repeated, history complete; the edge serves meanwhile', async () => {
    serve('edge');
    let controller = serve('controller');
    await until('the edge answers', () =>
      fetch(platform.edge).then(
        () => true,
        () => false,
      ),
    );
    traffic = startTraffic({ edge: platform.edge, remotes: ['mfe1'], perSecond: 120, random: Math.random });
    expect(await platform.sluice('start', 'mfe1', 'v1.1.0')).toBe(0);
    for (const percent of [25, 50, 100]) {
      // In the middle of each stage, and once more right after the advance.
      await until(`${String(percent)} %`, async () => (await history()).some((entry) => entry.percent === percent));
      controller.kill('SIGKILL');
      await new Promise((done) => controller.once('exit', done));
      const page = await fetch(`${platform.edge}/orders`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect((await fetch(`${platform.edge}/api/metrics`, { method: 'POST', body: '{}' })).status).toBe(503);
      controller = serve('controller');
    }
    await until('the end', async () => (await history()).some((entry) => entry.outcome !== undefined));
    const told = (await history()).map(({ kind, percent, outcome }) => [kind, percent, outcome ?? '']);
    expect(told).toEqual([
      ['first-version', 100, ''],
      ['started', 5, ''],
      ['advanced', 25, ''],
      ['advanced', 50, ''],
      ['full-weight', 100, ''],
      ['ended', 100, 'promoted'],
    ]);
  });
});
