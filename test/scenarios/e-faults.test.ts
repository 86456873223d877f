import { DeliveryError, indexKey, parseAppId, placeOf, pointerKey, recordKey, type Store } from '@sluice/core';
import { Crash, crashing } from './crashing.js';
import { createController } from '@sluice/controller';
import { createMemoryStore } from '@sluice/local';
import { describe, expect, it } from 'vitest';
import {
  aRunningRollout,
  createWorld,
  done,
  fail,
  healthy,
  minute,
  refusedWith,
  tenMinutePlan,
  type World,
} from './world.js';

const mfe1 = placeOf(parseAppId('mfe1') ?? fail('mfe1'));
const quick = {
  ...tenMinutePlan,
  stages: tenMinutePlan.stages.map((stage) => ({ ...stage, soakMs: 10_000 })),
  minSessions: 1,
};

/** Runs the whole rollout, with a new controller after each crash; which percentages were served, in order. */
async function runWithCrashes(world: World): Promise<readonly number[]> {
  const served: number[] = [];
  for (let i = 0; i < 100; i += 1) {
    const pointer = await world.pointer();
    const percent = pointer.canaryVersion === null ? 0 : pointer.canaryPercent;
    if (served.at(-1) !== percent) served.push(percent);
    const rollout = await world.rollout();
    if (rollout?.end !== null && world.problems.length > 0) await restarted(world);
    if (rollout?.end !== null) return served;
    await world.closeSlot('mfe1', healthy);
    await restarted(world);
    await restarted(world);
  }
  return fail('the rollout did not end');
}

/** One tick of a controller that has just been started. */
async function restarted(world: World): Promise<void> {
  await createController({
    platform: world.platform,
    source: world.source,
    onProblem: ({ error }) => world.problems.push(error),
  }).tick();
}

describe('E. Faults', () => {
  it.each(['before', 'after'] as const)(
    'E1 E2 E3 a crash %s any write of a rollout is survived: no stage skipped or repeated, history complete',
    async (when) => {
      const counted = crashing(createMemoryStore());
      const reference = await aRunningRollout({ plan: quick, store: counted, disk: counted });
      const before = counted.writes();
      const expected = await runWithCrashes(reference);
      const kinds = (await reference.history()).entries.map((entry) => entry.kind);
      expect(expected).toEqual([5, 25, 50, 100, 0]);
      const total = counted.writes() - before;
      expect(total).toBeGreaterThanOrEqual(16);
      for (let write = 0; write < total; write += 1) {
        const disk = createMemoryStore();
        const store = crashing(disk);
        const world = createWorld({ store, plan: quick, disk });
        world.publish('mfe1', 'v1.0.0', 'v1.1.0');
        done(await world.start('v1.0.0'));
        done(await world.start('v1.1.0'));
        store.crashAt(write, when);
        expect(await runWithCrashes(world)).toEqual(expected);
        const { entries } = await world.history();
        expect(entries.map((entry) => entry.kind)).toEqual(kinds);
        expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
        expect(await world.pointer()).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
        expect(await world.entry()).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
        expect(world.problems.every((problem) => problem instanceof Crash)).toBe(true);
        expect(world.problems).toHaveLength(1);
      }
    },
  );

  it.each(['before', 'after'] as const)(
    'E18 B8 a rollback that crashes %s any write is completed by the next run',
    async (when) => {
      for (let write = 0; write < 4; write += 1) {
        const disk = createMemoryStore();
        const store = crashing(disk);
        const world = createWorld({ store, disk });
        world.publish('mfe1', 'v1.0.0', 'v1.1.0');
        done(await world.start('v1.0.0'));
        done(await world.start('v1.1.0'));
        store.crashAt(write, when);
        await expect(world.rollBack()).rejects.toThrow(Crash);
        const second = await world.rollBack();
        // Either nothing had been recorded and it happens now, or it had and the next run has finished it.
        if (second.kind === 'refused') expect(refusedWith(second)).toBe('rollback-repeated');
        expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
        expect(await world.entry()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
        const ended = (await world.history()).entries.filter((entry) => entry.outcome === 'aborted');
        expect(ended).toHaveLength(1);
      }
    },
  );

  it('E4 20 restarts within one soak advance once, after 10 min of slots', async () => {
    const world = await aRunningRollout();
    for (let slot = 1; slot <= 60; slot += 1) {
      expect((await world.pointer()).canaryPercent).toBe(5);
      await world.closeSlot('mfe1', healthy);
      await restarted(world);
    }
    for (let i = 0; i < 20; i += 1) await restarted(world);
    expect((await world.pointer()).canaryPercent).toBe(25);
    expect((await world.history()).entries.filter((entry) => entry.kind === 'advanced')).toHaveLength(1);
  });

  it('E5 three hours down are no soak', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 30);
    world.pass(180 * minute);
    await restarted(world);
    expect((await world.pointer()).canaryPercent).toBe(5);
    await world.run('mfe1', 29);
    expect((await world.pointer()).canaryPercent).toBe(5);
    await world.run('mfe1', 1);
    expect((await world.pointer()).canaryPercent).toBe(25);
  });

  it('E8 a lost compare-and-swap is read and decided anew, never overwritten blindly', async () => {
    const disk = createMemoryStore();
    const world = createWorld({ disk });
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0'));
    done(await world.start('v1.1.0'));
    // Between the reading and the writing of the first attempt somebody aborts.
    let meddle = true;
    const store: Store = {
      ...disk,
      write: async (key, bytes, condition) => {
        if (meddle && key === recordKey(mfe1)) {
          meddle = false;
          done(await world.abort('meanwhile'));
        }
        return disk.write(key, bytes, condition);
      },
    };
    const slow = createWorld({ store, disk });
    slow.publish('mfe1', 'v1.0.0', 'v1.1.0');
    expect(refusedWith(await slow.advance())).toBe('rollout-not-running');
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
  });

  it.each([
    ['truncated', '{"version":"v1.0.0","canaryVersi'],
    ['empty', ''],
    ['not an object', '[1,2,3]'],
    ['of percent 250', '{"version":"v1.0.0","canaryVersion":"v1.1.0","canaryPercent":250}'],
  ])(
    'E10 a pointer that is %s: the controller refuses, says so, and touches nothing; other apps go on',
    async (_how, text) => {
      const world = createWorld({ apps: ['mfe1', 'mfe2'] });
      world.publish('mfe1', 'v1.0.0', 'v1.1.0');
      world.publish('mfe2', 'v1.0.0');
      done(await world.start('v1.0.0'));
      done(await world.start('v1.0.0', { app: 'mfe2' }));
      const index = await world.text(indexKey);
      await world.writeByHand(pointerKey(mfe1), text);
      await world.tick();
      expect(await world.text(pointerKey(mfe1))).toBe(text);
      expect(await world.text(indexKey)).toBe(index);
      expect(world.problems).toHaveLength(1);
      expect(world.problems[0]).toBeInstanceOf(DeliveryError);
      expect(world.problems[0]).toMatchObject({ code: 'document-invalid' });
      await expect(world.start('v1.1.0')).rejects.toMatchObject({ code: 'document-invalid' });
      expect(await world.entry('mfe2')).toMatchObject({ version: 'v1.0.0' });
    },
  );

  it('E10 a pointer of an unknown schema is never written', async () => {
    const world = await aRunningRollout();
    const text = JSON.stringify({ ...(await world.pointer()), schema: 2 });
    await world.writeByHand(pointerKey(mfe1), text);
    await expect(world.abort()).rejects.toMatchObject({ code: 'schema-unknown' });
    expect(await world.text(pointerKey(mfe1))).toBe(text);
  });

  it('E10 one bad entry of the index leaves the others, and is written anew', async () => {
    const world = createWorld({ apps: ['mfe1', 'mfe2'] });
    world.publish('mfe1', 'v1.0.0');
    world.publish('mfe2', 'v1.0.0');
    done(await world.start('v1.0.0'));
    done(await world.start('v1.0.0', { app: 'mfe2' }));
    const good = JSON.parse((await world.text(indexKey)) ?? '') as { apps: Record<string, unknown> };
    await world.writeByHand(indexKey, { ...good, apps: { ...good.apps, mfe1: { version: '../../etc' } } });
    expect(await world.entry('mfe2')).toMatchObject({ version: 'v1.0.0' });
    await world.tick();
    expect(await world.entry('mfe1')).toMatchObject({ version: 'v1.0.0' });
    expect(await world.entry('mfe2')).toMatchObject({ version: 'v1.0.0' });
  });

  it('D10 while telemetry cannot be reached the weight is held, and the ramp goes on afterwards', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 59);
    await world.closeSlot('mfe1', healthy);
    world.telemetryFails(new Error('time-out'));
    for (let i = 0; i < 10; i += 1) await world.tick();
    expect((await world.pointer()).canaryPercent).toBe(5);
    expect(world.problems).toHaveLength(10);
    world.telemetryFails(undefined);
    await world.tick();
    expect((await world.pointer()).canaryPercent).toBe(25);
  });
});

describe('D. Analysis, as far as errors go', () => {
  it('D1 a clearly worse canary is rolled back within one slot after the evidence is there', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 10, { canary: { sessions: 20, failed: 10 }, baseline: { sessions: 180, failed: 1 } });
    const rollout = await world.rollout();
    expect(rollout?.end).toMatchObject({ outcome: 'rolled-back', actor: { kind: 'sluice' } });
    expect(rollout?.lastSlot).toBeLessThanOrEqual(2);
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
    expect(rollout?.end?.why).toMatch(/of \d+ canary sessions failed against \d+ of [\d,]+ stable sessions/);
  });

  it('D3 without traffic there is never a pass, and after the longest duration a person is asked', async () => {
    const world = await aRunningRollout();
    for (let i = 0; i < 25 * 60; i += 1) {
      world.pass(minute);
      await world.tick();
    }
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    expect((await world.status()).rollout).toMatchObject({ inconclusive: true, waiting: 'soak' });
    expect((await world.status()).sentence).toContain('no data is never a pass');
  });

  it('D4 both versions bad is no reason to take the canary back', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 60, { canary: { sessions: 10, failed: 4 }, baseline: { sessions: 90, failed: 36 } });
    expect((await world.rollout())?.end).toBeNull();
  });

  it('holds on evidence that does not suffice for a rollback, and a person may go on in spite of it', async () => {
    const world = await aRunningRollout();
    const worse = { canary: { sessions: 100, failed: 4 }, baseline: { sessions: 1900, failed: 38 } };
    for (let i = 0; i < 200 && (await world.rollout())?.heldSinceMs === null; i += 1) await world.run('mfe1', 1, worse);
    expect((await world.status()).rollout).toMatchObject({ waiting: 'held', outcome: null });
    const at = (await world.rollout())?.stage;
    await world.run('mfe1', 3, { canary: { sessions: 10, failed: 0 }, baseline: { sessions: 10, failed: 0 } });
    done(await world.advance());
    expect((await world.rollout())?.stage.index).toBe((at?.index ?? 0) + 1);
    expect((await world.history()).entries.map(({ kind }) => kind)).toContain('held');
  });
});
