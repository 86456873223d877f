import type { FailureKind, Slot } from '@sluice/core';
import { bucketOfValue, loadFromMs, mergeSlots } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInHalf, subjectKey } from './subject.js';
import { aWatchedRollout, wrong, type RolloutWorld, type Told } from './telemetry.fixture.js';

async function onlySlot(world: RolloutWorld): Promise<Slot> {
  world.pass(25_000);
  const slots = await world.slots();
  expect(slots).toHaveLength(1);
  return slots[0] ?? wrong('no slot');
}

describe('what a slot tells of an arm', () => {
  it('D18 keeps load times of cold and warm sessions apart, in buckets of 10 ms · 1.10^(i/2)', async () => {
    const world = await aWatchedRollout();
    const [c1 = '', c2 = '', c3 = ''] = world.subjects('canary', 3);
    world.session(c1, { kind: 'ok', loadMs: 900, cold: true });
    world.session(c2, { kind: 'ok', loadMs: 900, cold: true });
    world.session(c3, { kind: 'ok', loadMs: 200, cold: false });
    world.session(world.subject('stable'), { kind: 'ok', loadMs: 200, cold: false });
    const { canary, baseline } = await onlySlot(world);
    const [slow, fast] = [bucketOfValue(900, loadFromMs), bucketOfValue(200, loadFromMs)];
    expect(canary.loads).toEqual({
      cold: { unloaded: 0, histogram: [[slow, 2]] },
      warm: { unloaded: 0, histogram: [[fast, 1]] },
    });
    expect(baseline.loads).toEqual({
      cold: { unloaded: 0, histogram: [] },
      warm: { unloaded: 0, histogram: [[fast, 1]] },
    });
  });

  it('counts as cold what nobody knows, and as unloaded what did not load within the window', async () => {
    const world = await aWatchedRollout();
    const [c1 = '', c2 = '', c3 = '', c4 = ''] = world.subjects('canary', 4);
    world.session(c1, { kind: 'ok', loadMs: 500 });
    world.send(c2, { kind: 'attempt' });
    world.session(c3, { kind: 'failed', cold: false });
    const late = world.send(c4, { kind: 'attempt' });
    world.session(world.subject('stable'));
    world.pass(10_001);
    world.send(c4, { kind: 'ok', loadMs: 10_001, cold: true, ageMs: 10_001 }, late);
    world.pass(-10_001);
    const { canary } = await onlySlot(world);
    expect(canary).toMatchObject({ sessions: 4, failed: 3, silent: 2, loadFailed: 0 });
    expect(canary.loads?.cold).toEqual({ unloaded: 2, histogram: [[bucketOfValue(500, loadFromMs), 1]] });
    expect(canary.loads?.warm).toEqual({ unloaded: 1, histogram: [] });
  });

  it('keeps the load time of a session that failed after it had loaded', async () => {
    const world = await aWatchedRollout();
    const page = world.session(world.subject('canary'), { kind: 'ok', loadMs: 500, cold: false });
    const error = { kind: 'error', name: 'TypeError', message: 'x is not a function' } as const;
    world.send(world.subject('canary'), { kind: 'failed', ageMs: 900, cold: true, error }, page);
    world.session(world.subject('stable'));
    const { canary } = await onlySlot(world);
    expect(canary).toMatchObject({ failed: 1, loadFailed: 0, silent: 0 });
    expect(canary.loads?.warm.histogram).toEqual([[bucketOfValue(500, loadFromMs), 1]]);
  });

  it.each<[FailureKind, number]>([
    ['manifest', 1],
    ['entry', 1],
    ['incompatible', 1],
    ['evaluate', 1],
    ['chunk', 1],
    ['stylesheet', 1],
    ['boot', 1],
    ['timeout', 1],
    ['render', 0],
    ['error', 0],
  ])('tells whether an app could not be loaded: %s → %i', async (kind, loadFailed) => {
    const world = await aWatchedRollout();
    world.session(world.subject('canary'), { kind: 'failed', error: { kind, name: 'Error', message: 'no' } });
    world.session(world.subject('stable'));
    expect((await onlySlot(world)).canary).toMatchObject({ failed: 1, loadFailed });
  });

  it('D20 counts sessions without an outcome as failed and says how many they were', async () => {
    const world = await aWatchedRollout();
    for (const subject of world.subjects('canary', 7)) world.send(subject, { kind: 'attempt' });
    for (const subject of world.subjects('stable', 20)) world.session(subject);
    const { canary, baseline } = await onlySlot(world);
    expect(canary).toMatchObject({ sessions: 7, failed: 7, silent: 7, loadFailed: 0 });
    expect(baseline).toMatchObject({ sessions: 20, failed: 0, silent: 0 });
  });

  it('D8 never turns a failure into a success that comes later', async () => {
    const world = await aWatchedRollout();
    const page = world.session(world.subject('canary'), { kind: 'failed' });
    world.send(world.subject('canary'), { kind: 'ok', loadMs: 100, ageMs: 900 }, page);
    world.session(world.subject('stable'));
    expect((await onlySlot(world)).canary).toMatchObject({
      failed: 1,
      loads: { cold: { unloaded: 1, histogram: [] } },
    });
  });

  it('splits the baseline by one more bit, which has nothing to do with the arm', async () => {
    const world = await aWatchedRollout({ weightBp: 5000 });
    let inHalf = 0;
    for (let i = 0; i < 4000; i += 1) {
      const subject = `s${String(i)}`;
      const isMine = isInHalf(subjectKey(subject)) && world.armOf(subject) === 'stable';
      if (isMine) inHalf += 1;
      world.session(subject, isMine ? { kind: 'failed' } : { kind: 'ok' });
    }
    const { half, baseline } = await onlySlot(world);
    expect(half).toEqual({ sessions: inHalf, failed: inHalf });
    // Four standard deviations of a fair split.
    expect(Math.abs(inHalf - baseline.sessions / 2)).toBeLessThan(2 * Math.sqrt(baseline.sessions));
  });
});

describe("the application's own metrics", () => {
  const reported = [
    { name: 'checkout', kind: 'rate' },
    { name: 'cart-value', kind: 'value', from: 1 },
  ] as const;

  it('are counted once a session, and only where the rules name them', async () => {
    const world = await aWatchedRollout({ rules: { reported } });
    const [c1 = '', c2 = ''] = world.subjects('canary', 2);
    const page = world.session(c1);
    const tell = (told: Partial<Told>): void => void world.send(c1, { kind: 'metric', ageMs: 500, ...told }, page);
    tell({ metric: 'checkout' });
    tell({ metric: 'checkout' });
    tell({ metric: 'cart-value', value: 80 });
    tell({ metric: 'cart-value', value: 90 });
    tell({ metric: 'cart-value' });
    tell({ metric: 'unheard-of' });
    tell({ metric: 'checkout', ageMs: 10_001 });
    world.session(c2);
    world.session(world.subject('stable'));
    world.send(world.subject('stable', 5000), { kind: 'metric', metric: 'checkout' });
    const { canary, baseline } = await onlySlot(world);
    expect(canary).toMatchObject({
      sessions: 2,
      rates: { checkout: 1 },
      values: { 'cart-value': [[bucketOfValue(80, 1), 1]] },
    });
    expect(baseline).toMatchObject({ sessions: 1, rates: { checkout: 0 }, values: { 'cart-value': [] } });
    expect(world.telemetry.uncounted()).toEqual({
      repeated: 2,
      'unnamed-metric': 2,
      'after-window': 1,
      'no-session': 1,
    });
  });

  it('take no room where the rules have none', async () => {
    const world = await aWatchedRollout();
    const page = world.session(world.subject('canary'));
    world.send(world.subject('canary'), { kind: 'metric', metric: 'checkout', ageMs: 1 }, page);
    world.session(world.subject('stable'));
    const { canary } = await onlySlot(world);
    expect([canary.rates, canary.values]).toEqual([undefined, undefined]);
  });
});

describe('errors of a slot', () => {
  const failed = (message: string, name = 'TypeError'): Told => ({
    kind: 'failed',
    error: { kind: 'error', name, message },
  });

  it('D17 are told apart by name and by what lasts in their message, with sessions of each arm', async () => {
    const world = await aWatchedRollout();
    const [c1 = '', c2 = '', c3 = ''] = world.subjects('canary', 3);
    world.session(c1, failed("Cannot read 'price' of order 1234"));
    world.session(c2, failed("Cannot read 'name' of order 77"));
    world.session(c3, failed('Out of stock', 'RangeError'));
    world.session(world.subject('stable'), failed("Cannot read 'price' of order 9"));
    const { errors } = await onlySlot(world);
    expect(errors?.map(({ text, canary, baseline }) => [text, canary, baseline]).toSorted()).toEqual([
      ['RangeError: Out of stock', 1, 0],
      ['TypeError: Cannot read * of order *', 2, 1],
    ]);
    for (const { fingerprint } of errors ?? []) expect(fingerprint).toMatch(/^[\da-f]{8}$/);
  });

  it.each([
    ['https://shop.example/a?b=c is gone', 'Error: * is gone'],
    ['token deadbeefcafe expired', 'Error: token * expired'],
    ['user 550e8400-e29b-41d4-a716-446655440000', 'Error: user *'],
    ['mail anna@example.com bounced', 'Error: mail * bounced'],
    ['"a", `b` and \'c d\'', 'Error: *, * and *'],
    ["it can't be, it won't be", "Error: it can't be, it won't be"],
    ['Loading chunk 17 failed after 2.5s', 'Error: Loading chunk * failed after *'],
    ['\u001b[31mred\u0007 \u202egnp.exe\u200b\ud800', 'Error: [* gnp.exe'],
    ['é 日本 🎉', 'Error: é 日本 🎉'],
  ])('tell %j as %j', async (message, text) => {
    const world = await aWatchedRollout();
    world.session(world.subject('canary'), failed(message, 'Error'));
    world.session(world.subject('stable'));
    expect((await onlySlot(world)).errors?.map((one) => one.text)).toEqual([text]);
  });

  it('are at most ten, with texts of at most 80 characters; none of the canary goes for the baseline’s sake', async () => {
    const world = await aWatchedRollout();
    const word = (i: number): string =>
      `${String.fromCharCode(97 + (i % 26))}${String.fromCharCode(97 + Math.floor(i / 26))} `;
    world.subjects('stable', 40).forEach((subject, i) => world.session(subject, failed(word(i).repeat(60))));
    world.subjects('canary', 8).forEach((subject, i) => world.session(subject, failed(word(100 + i).repeat(60))));
    const { errors = [] } = await onlySlot(world);
    expect(errors).toHaveLength(10);
    expect(errors.filter(({ canary }) => canary > 0)).toHaveLength(6);
    expect(errors.every(({ text }) => text.length === 80)).toBe(true);
  });
});

describe('slots of two shards', () => {
  it('merge into what one shard would have seen', async () => {
    const visitor = fc.record({
      subject: fc.integer({ min: 0, max: 400 }),
      atMs: fc.integer({ min: 0, max: 9999 }),
      outcome: fc.constantFrom('ok', 'ok', 'warm', 'failed', 'left', 'silent'),
      loadMs: fc.integer({ min: 1, max: 9000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(visitor, { maxLength: 80 }), async (visitors) => {
        const shards = await Promise.all([0, 1, 2].map(() => aWatchedRollout()));
        for (const { subject, atMs, outcome, loadMs } of visitors.toSorted((a, b) => a.atMs - b.atMs)) {
          for (const world of [shards[2], shards[subject % 2]]) {
            if (world === undefined) continue;
            world.nowMs = 1_000_000 + atMs;
            if (outcome === 'silent') world.send(`v${String(subject)}`, { kind: 'attempt' });
            else if (outcome === 'warm') world.session(`v${String(subject)}`, { kind: 'ok', loadMs, cold: false });
            else if (outcome === 'failed')
              world.session(`v${String(subject)}`, {
                kind: 'failed',
                error: { kind: 'chunk', name: 'Error', message: 'gone' },
              });
            else world.session(`v${String(subject)}`, { kind: outcome, loadMs });
          }
        }
        const [a, b, whole] = await Promise.all(shards.map(endedAt10s));
        expect(mergeSlots(a ?? wrong('a'), b ?? wrong('b'))).toEqual(whole);
        for (const arm of [whole?.canary, whole?.baseline]) {
          const { cold, warm } = arm?.loads ?? wrong('loads');
          const loaded = [...cold.histogram, ...warm.histogram].reduce((sum, [, n]) => sum + n, 0);
          expect(loaded + cold.unloaded + warm.unloaded).toBe(arm?.sessions);
          expect((arm?.silent ?? 0) + (arm?.loadFailed ?? 0)).toBe(arm?.failed);
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  /** A new weight ends the slot, whatever was seen in it. */
  async function endedAt10s(world: RolloutWorld): Promise<Slot> {
    world.nowMs = 1_010_000;
    await world.follow({ weightBp: 5000, revision: 3 });
    world.nowMs += 15_000;
    return (await world.slots())[0] ?? wrong('no slot');
  }
});
