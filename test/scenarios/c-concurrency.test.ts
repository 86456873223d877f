import type { Store } from '@sluice/core';
import { parseAppId, placeOf, pointerKey } from '@sluice/core';
import { createController } from '@sluice/controller';
import { createMemoryStore } from '@sluice/local';
import { describe, expect, it } from 'vitest';
import { Crash, crashing } from './crashing.js';
import { aRunningRollout, done, fail, minute, promoteAll, refusedWith } from './world.js';

const mfe1 = placeOf(parseAppId('mfe1') ?? fail('mfe1'));

/** What the brief's own rollback script writes. */
const byScript = {
  version: 'v1.0.0',
  canaryVersion: null,
  canaryPercent: 0,
  lastUpdated: '2026-01-15T12:00:00Z',
  metadata: { rollbackReason: 'Manual rollback', rolledBackBy: 'root' },
};

describe('C. Concurrency', () => {
  it('C4 starting the stable version while a canary is on trial goes back to stable at once', async () => {
    const world = await aRunningRollout();
    done(await world.start('v1.0.0'));
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
  });

  it('C5 two controllers that tick at once advance exactly once', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 59);
    const other = createController({
      platform: world.platform,
      source: world.source,
      onProblem: (p) => world.problems.push(p),
    });
    await world.closeSlot('mfe1', { canary: { sessions: 10, failed: 0 }, baseline: { sessions: 90, failed: 0 } });
    await Promise.all([world.tick(), other.tick(), world.tick(), other.tick()]);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    const advances = (await world.history()).entries.filter((entry) => entry.kind === 'advanced');
    expect(advances).toHaveLength(1);
    expect(world.problems).toEqual([]);
  });

  it("C6 a human's rollback that races an automatic advance ends rolled back", async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 59);
    await world.closeSlot('mfe1', { canary: { sessions: 10, failed: 0 }, baseline: { sessions: 90, failed: 0 } });
    await Promise.all([world.tick(), world.rollBack()]);
    await world.tick();
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
    expect((await world.rollout())?.end?.outcome).toBe('aborted');
  });

  it('C7 a human who writes between our look and our write is not overwritten', async () => {
    const disk = createMemoryStore();
    let human: (() => Promise<unknown>) | undefined;
    const store: Store = {
      ...disk,
      write: async (key, bytes, condition) => {
        const edit = key === pointerKey(mfe1) ? human : undefined;
        if (edit !== undefined) human = undefined;
        await edit?.();
        return disk.write(key, bytes, condition);
      },
    };
    const world = await aRunningRollout({ store, disk });
    const text = JSON.stringify(byScript);
    human = () => disk.write(pointerKey(mfe1), new TextEncoder().encode(text));
    await world.advance();
    for (let i = 0; i < 3; i += 1) await world.tick();
    expect(await world.text(pointerKey(mfe1))).toBe(text);
    expect(await world.entry()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
  });

  it('C7 a pointer that a human restores byte for byte is hers, not a write of ours that is missing', async () => {
    const world = await aRunningRollout();
    const before = (await world.text(pointerKey(mfe1))) ?? fail('no pointer');
    done(await world.advance());
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    await world.writeByHand(pointerKey(mfe1), before);
    for (let i = 0; i < 5; i += 1) await world.tick();
    expect(await world.text(pointerKey(mfe1))).toBe(before);
    expect((await world.status()).rollout).toMatchObject({ waiting: 'drifted' });
    expect(await world.entry()).toMatchObject({ canaryPercent: 5 });
  });

  it("C6 the brief's script that races an automatic advance ends rolled back", async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 59);
    await world.closeSlot('mfe1', { canary: { sessions: 10, failed: 0 }, baseline: { sessions: 90, failed: 0 } });
    await Promise.all([world.tick(), world.writeByHand(pointerKey(mfe1), byScript)]);
    await world.writeByHand(pointerKey(mfe1), byScript);
    await world.tick();
    expect(await world.pointer()).toMatchObject(byScript);
    expect(await world.entry()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
  });

  it.each([
    ['without generation, by the script of the brief', byScript],
    ['with a lower generation', { ...byScript, schema: 1, generation: 1 }],
    ['with a higher generation', { ...byScript, schema: 1, generation: 900 }],
  ])('C7 a pointer edited outside %s stays; the rollout stops; the index follows it', async (_how, pointer) => {
    const world = await aRunningRollout();
    await world.run('mfe1', 5);
    const before = (await world.entry()).generation ?? 0;
    await world.writeByHand(pointerKey(mfe1), pointer);
    await world.run('mfe1', 100);
    await world.tick();
    expect(JSON.parse((await world.text(pointerKey(mfe1))) ?? '')).toEqual(pointer);
    expect(await world.entry()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, canaryPercent: 0 });
    expect((await world.entry()).generation).toBeGreaterThan(before);
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'aborted', actor: { name: 'outside Sluice' } });
    expect((await world.history()).entries.at(-1)?.why).toContain('changed outside Sluice');
  });

  it('C7 a percentage edited by hand stops the ramp until a person says what shall be', async () => {
    const world = await aRunningRollout();
    const edited = { ...(await world.pointer()), canaryPercent: 40 };
    await world.writeByHand(pointerKey(mfe1), edited);
    await world.tick();
    await world.run('mfe1', 100);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 40 });
    expect(await world.entry()).toMatchObject({ canaryPercent: 40 });
    expect((await world.status()).drifted).toBe(true);
    expect((await world.status()).sentence).toContain('outside Sluice');
    expect(refusedWith(await world.advance())).toBe('pointer-drifted');
    done(await world.abort());
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
  });

  it('C7 the next write by Sluice is above every generation that was seen', async () => {
    const world = await aRunningRollout();
    await world.writeByHand(pointerKey(mfe1), { ...byScript, generation: 900, schema: 1 });
    await world.tick();
    const stamped = (await world.entry()).generation ?? 0;
    done(await world.start('v1.2.0'));
    expect((await world.pointer()).generation).toBeGreaterThan(Math.max(900, stamped));
  });

  it('C7 an idle pointer edited outside is followed and told, and rollback knows where it leads', async () => {
    const world = await aRunningRollout();
    await promoteAll(world);
    await world.writeByHand(pointerKey(mfe1), byScript);
    await world.tick();
    expect(await world.entry()).toMatchObject({ version: 'v1.0.0' });
    expect((await world.history()).entries.at(-1)).toMatchObject({ kind: 'drifted', stable: 'v1.0.0' });
    world.pass(60 * minute);
    expect(refusedWith(await world.rollBack())).toBe('rollback-nowhere');
  });

  it('C7 tells a drift once, not at every tick', async () => {
    const world = await aRunningRollout();
    await world.writeByHand(pointerKey(mfe1), { ...(await world.pointer()), canaryPercent: 40 });
    for (let i = 0; i < 20; i += 1) await world.tick();
    const told = (await world.history()).entries.filter((entry) => entry.kind === 'drifted');
    expect(told).toHaveLength(1);
  });

  it('C7b a crash between record and pointer is not drift: the write is repeated', async () => {
    const disk = createMemoryStore();
    const store = crashing(disk);
    const world = await aRunningRollout({ store, disk });
    const before = await world.text(pointerKey(mfe1));
    // Record, then pointer: the second write.
    store.crashAt(1, 'before');
    await expect(world.advance()).rejects.toThrow(Crash);
    expect(await world.text(pointerKey(mfe1))).toBe(before);
    expect((await world.rollout())?.stage.index).toBe(1);
    await world.tick();
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    expect(await world.entry()).toMatchObject({ canaryPercent: 25 });
    expect((await world.status()).drifted).toBe(false);
  });

  it('E8 a person and the controller never lose an update to each other', async () => {
    const world = await aRunningRollout();
    const blocks = ['v2.0.1', 'v2.0.2', 'v2.0.3', 'v2.0.4', 'v2.0.5'];
    await Promise.all([...blocks.map((version) => world.block(version)), world.tick(), world.advance(), world.tick()]);
    const pointer = await world.pointer();
    expect([...(pointer.blocked ?? [])].toSorted()).toEqual(blocks);
    expect(pointer.canaryPercent).toBe(25);
  });
});
