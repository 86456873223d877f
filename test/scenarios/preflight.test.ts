import { describe, expect, it } from 'vitest';
import type { Platform } from '@sluice/controller/commands';
import { aRunningRollout, createWorld, done, refusedWith } from './world.js';

/** A platform on which something speaks against some versions. */
function against(flaws: Readonly<Record<string, string>>, seen: object[] = []): Partial<Platform> {
  return {
    preflight: async (app, version, together) => {
      seen.push({ app: app.place.app, version, together });
      const flaw = flaws[`${app.place.app}@${version}`];
      return flaw === undefined ? [] : [flaw];
    },
  };
}

describe('preflight as a part of start', () => {
  it('F15 a version that does not fit is refused before anything is written', async () => {
    const world = createWorld({ more: against({ 'mfe1@v1.1.0': 'shared react: needs ^20.0.0' }) });
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0'));
    const before = [await world.record(), await world.pointer(), await world.history()];
    expect(refusedWith(await world.start('v1.1.0'))).toBe('preflight-failed');
    expect([await world.record(), await world.pointer(), await world.history()]).toEqual(before);
  });

  it('G4 the override, its reason and its actor are in the history', async () => {
    const world = createWorld({ more: against({ 'mfe1@v1.1.0': 'shared react: needs ^20.0.0' }) });
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0'));
    done(await world.start('v1.1.0', { overrides: ['preflight'], reason: 'the shell follows at noon' }));
    await world.tick();
    expect((await world.history()).entries.at(-1)).toMatchObject({
      kind: 'started',
      overrides: ['preflight'],
      why: 'the shell follows at noon',
      actor: { name: 'anna' },
    });
  });

  it('C2 what no longer fits when its turn comes is dropped, with the reason', async () => {
    const flaws: Record<string, string> = {};
    const world = await aRunningRollout({ more: against(flaws) });
    done(await world.start('v1.2.0'));
    flaws['mfe1@v1.2.0'] = 'exposes ./Settings: gone';
    const broken = { canary: { sessions: 10, failed: 9 }, baseline: { sessions: 90, failed: 0 } };
    await world.run('mfe1', 20, broken);
    await world.tick();
    const { kind, why } = (await world.history()).entries.at(-1) ?? {};
    expect(kind).toBe('dequeued');
    expect(why).toContain('exposes ./Settings: gone');
  });

  it('B11 the way back to stable is never looked at', async () => {
    const flaws: Record<string, string> = {};
    const running = await aRunningRollout({ more: against(flaws) });
    flaws['mfe1@v1.0.0'] = 'whatever';
    done(await running.start('v1.0.0'));
    expect((await running.pointer()).canaryVersion).toBeNull();
  });

  it('C9 members of a group are looked at as they will be together', async () => {
    const seen: object[] = [];
    const groups = [{ name: 'checkout', apps: ['mfe1', 'mfe2'] }];
    const world = createWorld({ apps: ['mfe1', 'mfe2'], more: { groups, ...against({}, seen) } });
    for (const app of ['mfe1', 'mfe2']) {
      world.publish(app, 'v1.0.0', 'v2.0.0');
      done(await world.start('v1.0.0', { app }));
    }
    seen.length = 0;
    const together = { mfe1: 'v2.0.0', mfe2: 'v2.0.0' };
    done(await world.startGroup('checkout', together));
    expect(seen).toEqual([
      { app: 'mfe1', version: 'v2.0.0', together },
      { app: 'mfe2', version: 'v2.0.0', together },
    ]);
  });
});
