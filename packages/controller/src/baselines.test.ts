import type { BaselineBefore, PlatformIndex, Pointer, Store, TelemetrySource } from '@sluice/core';
import { baselinesKey, nothingBefore, parseAppId, parseVersionId, placeOf } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { describe, expect, it } from 'vitest';
import { createBaselineWriter, readBaselines } from './baselines.js';
import type { Platform } from './platform.js';

const minute = 60_000;
const app = parseAppId('mfe1') ?? never();
const other = parseAppId('mfe2') ?? never();
const before: BaselineBefore = { ...nothingBefore, sessionsPerSecond: 12.5, sessions: 45_000, failed: 90 };

const version = parseVersionId('v1.0.0') ?? never();
const stable: Pointer = { version, canaryVersion: null, canaryPercent: 0, lastUpdated: '2026-01-15T10:00:00Z' };
const index: PlatformIndex = { schema: 1, sampleRate: 0.01, apps: { mfe1: stable, mfe2: stable } };

function never(): never {
  throw new Error('the test is wrong');
}

function aWorld() {
  let nowMs = 1e12;
  const disk = createMemoryStore();
  let writes = 0;
  const store: Store = {
    ...disk,
    write: (...args) => {
      writes += 1;
      return disk.write(...args);
    },
  };
  const platform: Platform = {
    store,
    apps: [app, other].map((name) => ({ place: placeOf(name), kind: 'remote' })),
    sampleRate: 0.01,
    now: () => nowMs,
    newId: () => 'id',
    problemsOf: () => Promise.resolve(undefined),
  };
  const source = (known: Partial<Record<string, BaselineBefore>>): TelemetrySource => ({
    watch: () => Promise.resolve(),
    closedSlots: () => Promise.resolve([]),
    baselineBefore: (name) => known[name],
  });
  return {
    platform,
    source,
    disk,
    writes: () => writes,
    pass: (ms: number) => {
      nowMs += ms;
    },
    read: async () => readBaselines(platform, [app, other]),
    byHand: async (text: string) => disk.write(baselinesKey, new TextEncoder().encode(text)),
  };
}

describe('baselines.json', () => {
  it('is written at most once a minute, and read without a controller', async () => {
    const world = aWorld();
    const { write } = createBaselineWriter(world.platform, world.source({ mfe1: before }));
    for (let i = 0; i < 60; i += 1) {
      await write(index);
      world.pass(1000);
    }
    expect(world.writes()).toBe(1);
    await write(index);
    expect(world.writes()).toBe(2);
    expect((await world.read()).get(app)).toEqual({ kind: 'known', before, ageMs: 0 });
  });

  it('is not written where nothing is known', async () => {
    const world = aWorld();
    await createBaselineWriter(world.platform, world.source({})).write(index);
    expect(world.writes()).toBe(0);
    expect((await world.read()).get(app)).toMatchObject({
      kind: 'unknown',
      why: expect.stringMatching(/no controller/),
    });
  });

  it('is believed for ten minutes, and says afterwards how old it is', async () => {
    const world = aWorld();
    await createBaselineWriter(world.platform, world.source({ mfe1: before })).write(index);
    world.pass(10 * minute);
    expect((await world.read()).get(app)?.kind).toBe('known');
    world.pass(1);
    expect((await world.read()).get(app)).toMatchObject({ kind: 'unknown', why: expect.stringMatching(/10 min ago/) });
  });

  it('keeps what another controller knows of other apps, and forgets it after a day', async () => {
    const world = aWorld();
    await createBaselineWriter(world.platform, world.source({ mfe2: before })).write(index);
    world.pass(minute);
    await createBaselineWriter(world.platform, world.source({ mfe1: before })).write(index);
    expect([...(await world.read()).values()].map(({ kind }) => kind)).toEqual(['known', 'known']);
    world.pass(1440 * minute);
    await createBaselineWriter(world.platform, world.source({ mfe1: before })).write(index);
    const found = await world.disk.read(baselinesKey);
    expect(new TextDecoder().decode(found?.bytes)).not.toContain('mfe2');
  });

  it('loses nothing where two controllers write at once: the slower leaves it to its next minute', async () => {
    const world = aWorld();
    const one = createBaselineWriter(world.platform, world.source({ mfe1: before }));
    const two = createBaselineWriter(world.platform, world.source({ mfe2: before }));
    await Promise.all([one.write(index), two.write(index)]);
    world.pass(minute);
    await one.write(index);
    await two.write(index);
    expect([...(await world.read()).values()].map(({ kind }) => kind)).toEqual(['known', 'known']);
  });

  it('E10 one bad entry never spoils the others, and a garbled document is one in which nothing is known', async () => {
    const world = aWorld();
    const good = { atMs: world.platform.now(), before };
    const failed = { ...good, before: { ...before, failed: 46_000 } };
    for (const bad of [null, 5, {}, { atMs: 1 }, failed, { ...good, before: { ...before, sessionsPerSecond: -1 } }]) {
      await world.byHand(JSON.stringify({ schema: 1, apps: { mfe2: bad, mfe1: good } }));
      expect([...(await world.read()).values()].map(({ kind }) => kind)).toEqual(['known', 'unknown']);
    }
    for (const text of ['', '{', '[]', 'null', '{"schema":2,"apps":{}}']) {
      await world.byHand(text);
      expect([...(await world.read()).values()].map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
      world.pass(minute);
      await createBaselineWriter(world.platform, world.source({ mfe1: before })).write(index);
      expect((await world.read()).get(app)?.kind).toBe('known');
    }
  });
});
