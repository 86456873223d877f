import { historyKey, indexKey, parseAppId, placeOf, pointerKey, recordKey, type Store } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { describe, expect, it } from 'vitest';
import {
  aRunningRollout,
  createWorld,
  done,
  fail,
  minute,
  promoteAll,
  refusedWith,
  threePromoted,
  type World,
} from './world.js';

const mfe1 = placeOf(parseAppId('mfe1') ?? fail('mfe1'));

describe('B. Controls', () => {
  it('B1 advance at stage 1 goes to stage 2 now, soak anew, recorded as manual with the actor', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 30);
    done(await world.advance());
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    expect((await world.rollout())?.stage).toMatchObject({ index: 1, creditedMs: 0 });
    expect((await world.history()).entries.at(-1)).toMatchObject({
      kind: 'advanced',
      actor: { kind: 'person', name: 'anna' },
      automatic: false,
    });
  });

  it('B2 promote during analysis goes to 100 %, bakes, and ends fast-promoted', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 3);
    done(await world.promote());
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 100 });
    await world.run('mfe1', 59);
    expect((await world.rollout())?.end).toBeNull();
    await world.run('mfe1', 1);
    expect((await world.rollout())?.end?.outcome).toBe('fast-promoted');
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
  });

  it.each([0, 1, 2, 3])('B3 abort after %i advances takes everybody off in one pointer write', async (advances) => {
    const world = await aRunningRollout();
    for (let i = 0; i < advances; i += 1) done(await world.advance());
    const generation = (await world.pointer()).generation ?? 0;
    done(await world.abort('checkout is broken'));
    expect(await world.pointer()).toMatchObject({
      version: 'v1.0.0',
      canaryVersion: null,
      canaryPercent: 0,
      blocked: ['v1.1.0'],
      generation: generation + 1,
    });
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'aborted', why: 'checkout is broken' });
    expect((await world.history()).entries.at(-1)).toMatchObject({ outcome: 'aborted', why: 'checkout is broken' });
  });

  it('B5 abort beats a promote that is in flight', async () => {
    const world = await aRunningRollout();
    const [promoted, aborted] = await Promise.all([world.promote(), world.abort()]);
    expect(aborted.kind).toBe('done');
    expect(['done', 'refused']).toContain(promoted.kind);
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
    expect((await world.rollout())?.end?.outcome).toBe('aborted');
  });

  it.each([
    ['stage', { stage: 2 }],
    ['version', { version: 'v9.9.9' }],
    ['generation', { generation: 1 }],
  ])('B6 refuses an advance that was meant for another %s, and changes nothing', async (_name, expected) => {
    const world = await aRunningRollout();
    const before = await world.text(recordKey(mfe1));
    expect(refusedWith(await world.advance(expected))).toBe('command-stale');
    expect(await world.text(recordKey(mfe1))).toBe(before);
  });

  it('B6 accepts an advance that was meant for what is there', async () => {
    const world = await aRunningRollout();
    const generation = (await world.pointer()).generation;
    done(await world.advance({ stage: 1, version: 'v1.1.0', generation }));
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('B7 the same start twice is one rollout, and the second answers with the current state', async () => {
    const world = await aRunningRollout();
    const before = await world.text(recordKey(mfe1));
    const again = done(await world.start('v1.1.0'));
    expect(again.kind).toBe('unchanged');
    expect(again.status.rollout).toMatchObject({ canary: 'v1.1.0', stage: 1, desiredPercent: 5 });
    expect(await world.text(recordKey(mfe1))).toBe(before);
  });

  it('B8 rollback needs the store only, and writes record, pointer, index, history in that order', async () => {
    const order: string[] = [];
    const disk = createMemoryStore();
    const store: Store = {
      ...disk,
      write: (key, bytes, condition) => {
        order.push(key);
        return disk.write(key, bytes, condition);
      },
    };
    const world = createWorld({ store });
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0'));
    done(await world.start('v1.1.0'));
    order.length = 0;
    done(await world.rollBack());
    expect(order).toEqual([recordKey(mfe1), pointerKey(mfe1), indexKey, historyKey(mfe1)]);
  });

  it.each([
    ['gone', undefined, 'version-not-found'],
    ['altered', ['remoteEntry.js: other bytes'], 'version-altered'],
  ])(
    'B9 refuses a rollback to a version whose files are %s before the pointer is touched',
    async (_how, flaws, code) => {
      const world = await threePromoted();
      world.spoil('mfe1', 'v1.1.0', flaws);
      const before = [await world.text(pointerKey(mfe1)), await world.text(recordKey(mfe1))];
      expect(refusedWith(await world.rollBack())).toBe(code);
      expect([await world.text(pointerKey(mfe1)), await world.text(recordKey(mfe1))]).toEqual(before);
    },
  );

  it('B10 rolls back without stages inside the rollback window', async () => {
    const world = await threePromoted();
    world.pass(13 * 24 * 60 * minute);
    done(await world.rollBack());
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0', canaryVersion: null, blocked: ['v1.2.0'] });
  });

  it('B10 ramps back outside the rollback window, unless it is forced', async () => {
    const world = await threePromoted();
    world.pass(15 * 24 * 60 * minute);
    done(await world.rollBack());
    expect(await world.pointer()).toMatchObject({ version: 'v1.2.0', canaryVersion: 'v1.1.0', canaryPercent: 5 });
    const forced = await threePromoted();
    forced.pass(15 * 24 * 60 * minute);
    done(await forced.rollBack({ speed: 'at-once' }));
    expect(await forced.pointer()).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
  });

  it('B11 rollback --to the stable version writes nothing and says so', async () => {
    const world = await threePromoted();
    const before = await documents(world);
    const result = done(await world.rollBack({ to: 'v1.2.0' }));
    expect(result.kind).toBe('unchanged');
    expect(result.summary).toContain('v1.2.0');
    expect(await documents(world)).toEqual(before);
  });

  it('B11 rollback during a rollout is an abort', async () => {
    const world = await aRunningRollout();
    done(await world.rollBack());
    expect((await world.rollout())?.end?.outcome).toBe('aborted');
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
  });

  it('B12 refuses a second rollback within 10 minutes, without --further or --to', async () => {
    const world = await threePromoted();
    done(await world.rollBack());
    world.pass(10 * minute - 1);
    expect(refusedWith(await world.rollBack())).toBe('rollback-repeated');
    world.pass(1);
    done(await world.rollBack());
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0' });
  });

  it('B12 goes one further back with --further, and never forward to a version that was taken back', async () => {
    const world = await threePromoted();
    done(await world.rollBack());
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0' });
    done(await world.rollBack({ repeat: 'further' }));
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', blocked: ['v1.2.0', 'v1.1.0'] });
    expect(refusedWith(await world.rollBack({ repeat: 'further' }))).toBe('rollback-nowhere');
  });

  it('B12 refuses to go back once more right after Sluice itself took a canary back', async () => {
    const world = await threePromoted();
    world.publish('mfe1', 'v1.3.0');
    done(await world.start('v1.3.0'));
    await world.run('mfe1', 30, { canary: { sessions: 20, failed: 10 }, baseline: { sessions: 180, failed: 1 } });
    expect((await world.rollout())?.end?.outcome).toBe('rolled-back');
    expect(refusedWith(await world.rollBack())).toBe('rollback-repeated');
    expect(await world.pointer()).toMatchObject({ version: 'v1.2.0' });
  });

  it('B12 --to unblocks the version that a person wants back', async () => {
    const world = await threePromoted();
    done(await world.rollBack());
    done(await world.rollBack({ to: 'v1.2.0' }));
    expect(await world.pointer()).toMatchObject({ version: 'v1.2.0', blocked: ['v1.1.0'] });
  });

  it('B4 start after abort begins at stage 1 again and unblocks the version', async () => {
    const world = await aRunningRollout();
    done(await world.advance());
    done(await world.abort());
    done(await world.start('v1.1.0'));
    expect(await world.pointer()).toMatchObject({ canaryVersion: 'v1.1.0', canaryPercent: 5, blocked: [] });
  });

  it('blocks a version for good, and aborts it where it is on trial', async () => {
    const world = await aRunningRollout();
    done(await world.block('v1.2.0'));
    expect(await world.pointer()).toMatchObject({ canaryVersion: 'v1.1.0', canaryPercent: 5, blocked: ['v1.2.0'] });
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25, blocked: ['v1.2.0'] });
    done(await world.block('v1.1.0'));
    expect(await world.pointer()).toMatchObject({ canaryVersion: null, blocked: ['v1.2.0', 'v1.1.0'] });
    expect(refusedWith(await world.block('v1.0.0'))).toBe('usage');
  });

  it('refuses what it does not know, with the remedy', async () => {
    const world = await aRunningRollout();
    expect(refusedWith(await world.start('v7.7.7'))).toBe('version-not-found');
    expect(refusedWith(await world.start('latest'))).toBe('version-name-invalid');
    expect(refusedWith(await world.start('pr-12-abcd'))).toBe('version-name-invalid');
    expect(refusedWith(await world.start('v1.1.0', { app: 'nope' }))).toBe('app-unknown');
    await promoteAll(world);
    expect(refusedWith(await world.advance())).toBe('rollout-not-running');
  });
});

async function documents(world: World): Promise<readonly (string | undefined)[]> {
  return Promise.all([pointerKey(mfe1), recordKey(mfe1), historyKey(mfe1), indexKey].map((key) => world.text(key)));
}
