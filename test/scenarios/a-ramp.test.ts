import { reduce } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import {
  aRunningRollout,
  createWorld,
  done,
  fail,
  healthy,
  minute,
  promoteAll,
  slotMs,
  tenMinutePlan,
} from './world.js';

describe('A. Ramp', () => {
  it('A1 takes the first version live at 100 %, without stages or analysis', async () => {
    const world = createWorld();
    world.publish('mfe1', 'v1.0.0');
    done(await world.start('v1.0.0'));
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, canaryPercent: 0 });
    expect(await world.entry()).toMatchObject({ version: 'v1.0.0' });
    expect(await world.rollout()).toBeUndefined();
    expect((await world.history()).entries.map((entry) => entry.kind)).toEqual(['first-version']);
  });

  it('A2 ramps exactly 5, 25, 50, 100, each held at least its soak, then swaps with one outcome promoted', async () => {
    const world = await aRunningRollout();
    const seen: { percent: number; sinceMs: number }[] = [];
    for (let i = 0; i < 400 && (await world.rollout())?.end === null; i += 1) {
      const { canaryPercent } = await world.pointer();
      if (seen.at(-1)?.percent !== canaryPercent) seen.push({ percent: canaryPercent, sinceMs: world.now() });
      await world.closeSlot('mfe1', healthy);
      await world.tick();
    }
    expect(seen.map((stage) => stage.percent)).toEqual([5, 25, 50, 100]);
    for (const [i, stage] of seen.entries()) {
      expect((seen[i + 1]?.sinceMs ?? world.now()) - stage.sinceMs).toBeGreaterThanOrEqual(10 * minute);
    }
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0', canaryVersion: null, canaryPercent: 0 });
    const outcomes = (await world.history()).entries.filter((entry) => entry.outcome !== undefined);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ kind: 'ended', outcome: 'promoted', version: 'v1.1.0', stable: 'v1.1.0' });
  });

  it('A2 keeps {version: old, canaryVersion: new, canaryPercent: 100} through the bake', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 180);
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 100 });
  });

  it('A3 does not advance with 9:50 of closed healthy slots', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 59);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
  });

  it('A3 advances exactly once with 10:00 of closed healthy slots, at the first tick after the last one', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    for (let i = 0; i < 10; i += 1) await world.tick();
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('A3 does not believe a source that tells a slot twice', async () => {
    const world = await aRunningRollout();
    const rollout = (await world.rollout()) ?? fail('no rollout');
    const at = { rolloutId: rollout.id, revision: rollout.stage.revision, startMs: 0, lengthMs: slotMs };
    const slot = { id: 1, kind: 'comparison', weightBp: 1000, ...at, ...healthy } as const;
    const event = { kind: 'slot-closed', atMs: 0, slot } as const;
    const once = reduce(rollout, event);
    if (once.kind !== 'moved') fail('it was refused');
    expect(once.next.stage.creditedMs).toBe(slotMs);
    expect(reduce(once.next, event)).toMatchObject({ kind: 'refused', code: 'slot-known' });
  });

  it('A3 credits a slot once, by its id, however often it is read', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 1);
    const before = (await world.rollout())?.stage;
    for (let i = 0; i < 100; i += 1) await world.tick();
    expect((await world.rollout())?.stage).toEqual(before);
  });

  it('A3 does not credit slots of another revision to a stage', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 60);
    const revision = (await world.rollout())?.stage.revision ?? 0;
    for (let i = 0; i < 60; i += 1) {
      await world.closeSlot('mfe1', healthy, { revision: revision - 1 });
      await world.tick();
    }
    expect((await world.rollout())?.stage).toMatchObject({ index: 1, creditedMs: 0, canarySessions: 0 });
  });

  it('A3 credits a slot that had to grow one base slot only: unseen time is not soak', async () => {
    const world = await aRunningRollout();
    await world.closeSlot('mfe1', healthy, { lengthMs: 30 * slotMs });
    await world.tick();
    expect((await world.rollout())?.stage.creditedMs).toBe(slotMs);
  });

  it.each([99, 100])('A3 needs 100 canary sessions in a stage, and has %i', async (sessions) => {
    const plan = { ...tenMinutePlan, stages: tenMinutePlan.stages.map((stage) => ({ ...stage, soakMs: slotMs })) };
    const world = await aRunningRollout({ plan });
    const baseline = { sessions: 1900, failed: 0 };
    await world.run('mfe1', 1, { canary: { sessions, failed: 0 }, baseline });
    expect((await world.pointer()).canaryPercent).toBe(sessions === 100 ? 25 : 5);
  });

  it('A8 never advances while paused, also over a new controller', async () => {
    const world = await aRunningRollout();
    done(await world.pause());
    await world.run('mfe1', 200);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    done(await world.resume());
    await world.run('mfe1', 59);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    await world.run('mfe1', 1);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('A2 promotes again and again, and stable follows', async () => {
    const world = await aRunningRollout();
    await promoteAll(world);
    done(await world.start('v1.2.0'));
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0', canaryVersion: 'v1.2.0', canaryPercent: 5 });
  });
});
