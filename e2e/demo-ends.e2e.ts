import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@sluice/peers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoPlatform, type DemoPlatform } from '../examples/platform/demo/platform.js';
import { built } from './builds.js';

const stop = new AbortController();
let folder = '';
let platform: DemoPlatform;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-ends-'));
  const ports = { edge: await freePort(), api: await freePort() };
  platform = await createDemoPlatform({ folder: join(folder, 'platform'), ...ports, signal: stop.signal });
  await platform.sluice('init');
  for (const version of ['v1.0.0', 'v1.1.0']) {
    await platform.sluice('publish', await built({ app: 'mfe1', version }), '--app', 'mfe1', '--version', version);
    expect(await platform.sluice('start', 'mfe1', version)).toBe(0);
  }
});
afterAll(async () => {
  stop.abort();
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a demo that is told to end in the middle of a rollout', () => {
  it('E18 ends the command that runs, edge and controller, and starts nothing more', async () => {
    await platform.serve();
    // Without visitors the rollout never ends by itself.
    const watching = platform.sluice('watch', 'mfe1');
    const rollout = await platform.sluiceJson('status', 'mfe1');
    expect(rollout).toMatchObject({ apps: [{ rollout: { canary: 'v1.1.0', outcome: null } }] });
    stop.abort();
    await expect(watching).rejects.toThrow('aborted');
    await platform.stop();
    for (const url of [platform.edge, `${platform.api}/api/health`]) await expect(fetch(url)).rejects.toThrow();
    await expect(platform.sluice('status')).rejects.toThrow('aborted');
  });
});
