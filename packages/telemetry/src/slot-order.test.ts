import type { Slot } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { failedIn, lineOf, othersIn, readHead, readSlot } from './slot-line.js';
import { SubjectSet } from './subject-set.js';
import { readKeys, subjectKey, writeKeys } from './subject.js';
import { aWatchedRollout, wrong, type RolloutWorld } from './telemetry.fixture.js';

const withGuardrail = { rules: { guardrail: true } } as const;
const facts = ({ id, kind, startMs, lengthMs, canary, baseline }: Slot) => [
  id,
  kind,
  startMs - 1_000_000,
  lengthMs,
  canary.sessions,
  baseline.sessions,
];

describe('slots of both kinds', () => {
  it('are numbered in the order in which they close, the comparison first where both close at once', async () => {
    const world = await aWatchedRollout(withGuardrail);
    world.session(world.subject('canary'));
    world.pass(12_000);
    world.session(world.subject('canary', 100));
    world.pass(10_000);
    world.session(world.subject('stable'));
    world.pass(30_000);
    expect((await world.slots()).map(facts)).toEqual([
      [1, 'guardrail', 0, 10_000, 1, 0],
      [2, 'guardrail', 10_000, 10_000, 1, 0],
      [3, 'comparison', 0, 30_000, 2, 1],
    ]);
    world.session(world.subject('canary', 300));
    world.session(world.subject('stable', 300));
    world.pass(25_000);
    expect((await world.slots(3)).map(facts)).toEqual(
      [
        [4, 'comparison', 30_000, 30_000, 1, 1],
        [5, 'guardrail', 20_000, 40_000, 1, 2],
      ].toSorted((a, b) => Number(a[0]) - Number(b[0])),
    );
  });

  it('count each session once in either kind', async () => {
    const world = await aWatchedRollout(withGuardrail);
    for (let round = 0; round < 4; round += 1) {
      for (const subject of world.subjects('canary', 3, round * 100)) world.session(subject, { kind: 'failed' });
      for (const subject of world.subjects('stable', 9, round * 100)) world.session(subject);
      world.pass(10_000);
    }
    world.pass(15_000);
    const slots = await world.slots();
    for (const kind of ['comparison', 'guardrail'] as const) {
      const mine = slots.filter((slot) => slot.kind === kind);
      expect(mine.map(({ canary }) => [canary.sessions, canary.failed])).toEqual([
        [3, 3],
        [3, 3],
        [3, 3],
        [3, 3],
      ]);
      expect(mine.every(({ baseline }) => baseline.sessions === 9)).toBe(true);
    }
    expect(slots.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('D8 agree about a session that was silent when the first of its slots closed', async () => {
    const world = await aWatchedRollout(withGuardrail);
    const page = world.send(world.subject('canary'), { kind: 'attempt' });
    world.pass(26_000);
    expect((await world.slots()).map(({ kind, canary }) => [kind, canary.silent])).toEqual([['guardrail', 1]]);
    world.send(world.subject('canary'), { kind: 'ok', loadMs: 100, ageMs: 100 }, page);
    world.session(world.subject('stable'));
    world.pass(30_000);
    expect((await world.slots(1)).map(({ kind, canary }) => [kind, canary.silent])).toEqual([['comparison', 1]]);
  });

  it('do not exist for guardrails where the rules have no limit', async () => {
    const world = await aWatchedRollout();
    world.session(world.subject('canary'));
    world.pass(60_000);
    expect(await world.slots()).toEqual([]);
  });

  it('close on time at 100 %, with traffic or without', async () => {
    const world = await aWatchedRollout({ ...withGuardrail, weightBp: 10_000 });
    world.session('anybody');
    world.pass(35_000);
    expect((await world.slots()).map(facts)).toEqual([
      [1, 'comparison', 0, 10_000, 1, 0],
      [2, 'guardrail', 0, 10_000, 1, 0],
      [3, 'comparison', 10_000, 10_000, 0, 0],
      [4, 'guardrail', 10_000, 10_000, 0, 0],
    ]);
  });
});

describe('the end of a slot', () => {
  it.each([
    [9999, 1],
    [10_000, 2],
  ])('a session that starts after %i ms is in slot %i', async (afterMs, slot) => {
    const world = await aWatchedRollout();
    world.session(world.subject('canary'));
    world.session(world.subject('stable'));
    world.pass(afterMs);
    world.session(world.subject('stable', 50));
    world.session(world.subject('canary', 50));
    world.pass(60_000);
    expect((await world.slots()).map(({ canary }) => canary.sessions)).toEqual(slot === 1 ? [2] : [1, 1]);
  });

  it.each([
    [9999, 10_000],
    [10_000, 20_000],
    [19_999, 20_000],
    [20_000, 30_000],
  ])('a slot that was complete after %i ms is %i ms long', async (afterMs, lengthMs) => {
    const world = await aWatchedRollout();
    world.session(world.subject('canary'));
    world.pass(afterMs);
    world.session(world.subject('stable'));
    world.pass(60_000);
    expect((await world.slots()).map((slot) => slot.lengthMs)).toEqual([lengthMs]);
  });

  it('comes at once with a new weight; each slot has the weight of its revision', async () => {
    const world = await aWatchedRollout(withGuardrail);
    world.session(world.subject('canary'));
    world.session(world.subject('stable'));
    world.pass(3000);
    await world.follow({ weightBp: 5000, revision: 7 });
    world.session(world.subject('canary'));
    world.session(world.subject('stable'));
    world.pass(25_000);
    expect(
      (await world.slots()).map(({ id, revision, weightBp, lengthMs }) => [id, revision, weightBp, lengthMs]),
    ).toEqual([
      [1, 2, 2000, 3000],
      [2, 2, 2000, 3000],
      [3, 7, 5000, 10_000],
      [4, 7, 5000, 10_000],
    ]);
  });

  it('does not count who was assigned by a weight that the source was not told of yet, in either arm', async () => {
    const world = await aWatchedRollout({ generation: 2 });
    const old = world.watched;
    world.watched = { ...old, weightBp: 5000, revision: 3 };
    for (let i = 0; i < 50; i += 1) world.session(`s${String(i)}`);
    world.watched = old;
    expect(world.telemetry.uncounted()).toEqual({ ahead: 100 });
    await world.follow({ weightBp: 5000, revision: 3, generation: 3 });
    for (let i = 0; i < 50; i += 1) world.session(`s${String(i)}`);
    world.pass(25_000);
    const slots = await world.slots();
    expect(slots.map(({ canary, baseline }) => canary.sessions + baseline.sessions)).toEqual([50]);
  });

  it('D11 refuses sessions that began before the rollout, or after their slot closed, and says which', async () => {
    const world = await aWatchedRollout();
    world.session(world.subject('stable'));
    world.send(world.subject('stable', 40), { kind: 'attempt', ageMs: 1 });
    world.session(world.subject('canary'));
    world.pass(25_000);
    await world.slots();
    world.send(world.subject('canary', 50), { kind: 'attempt', ageMs: 20_000 });
    expect(world.telemetry.uncounted()).toEqual({ 'before-rollout': 1, late: 1 });
  });

  it('D11 refuses sessions of another version', async () => {
    const world = await aWatchedRollout();
    world.send(world.subject('canary'), { kind: 'attempt', version: 'v0.9.0' });
    expect(world.telemetry.uncounted()).toEqual({ 'unknown-version': 1 });
  });
});

describe('memory', () => {
  it('settles sessions of a slot that grows for long, and still counts each once', async () => {
    const world = await aWatchedRollout();
    for (let i = 0; i < 30_000; i += 1) {
      const subject = `s${String(i)}`;
      if (world.armOf(subject) === 'stable') world.session(subject, i % 100 === 0 ? { kind: 'failed' } : undefined);
      if (i % 1000 === 0) world.pass(1000);
      if (i % 5000 === 0) await world.slots();
    }
    world.session(world.subject('stable'), { kind: 'failed' });
    world.session(world.subject('canary'));
    world.pass(25_000);
    const [slot] = await world.slots();
    const stable = Array.from({ length: 30_000 }, (_, i) => i).filter((i) => world.armOf(`s${String(i)}`) === 'stable');
    expect(slot?.baseline.sessions).toBe(stable.length);
    expect(slot?.baseline.failed).toBe(stable.filter((i) => i % 100 === 0).length);
  });

  it('keeps keys of subjects as a set does, and writes and reads them without loss', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => subjectKey(`subject-${String(i)}`));
    const set = new SubjectSet();
    const model = new Set<number>();
    keys.forEach((key, i) => {
      set.add(key);
      model.add(key);
      if (i % 3 === 0) {
        const gone = keys[Math.floor(i / 2)] ?? wrong('key');
        set.delete(gone);
        model.delete(gone);
      }
    });
    expect(set.size).toBe(model.size);
    for (const key of keys) expect(set.has(key)).toBe(model.has(key));
    expect(readKeys(writeKeys(keys))).toEqual(keys);
    expect(Math.max(...keys)).toBeLessThan(2 ** 36);
    expect(readKeys('abc')).toBeUndefined();
    expect(readKeys('ab"def')).toBeUndefined();
  });
});

describe('a restart', () => {
  async function busy(world: RolloutWorld, from: number): Promise<void> {
    for (let i = from; i < from + 40; i += 1) {
      const error = { kind: 'chunk', name: 'ChunkLoadError', message: `Loading chunk ${String(i)} failed` } as const;
      const page = world.session(
        `s${String(i)}`,
        i % 7 === 0 ? { kind: 'failed', error } : { kind: 'ok', loadMs: 100 * i, cold: i % 2 === 0 },
      );
      world.send(`s${String(i)}`, { kind: 'metric', metric: 'checkout', ageMs: 500 }, page);
      world.send(`s${String(i)}`, { kind: 'metric', metric: 'cart-value', value: i, ageMs: 500 }, page);
    }
    world.pass(25_000);
    await world.slots();
  }
  const reported = [
    { name: 'checkout', kind: 'rate' },
    { name: 'cart-value', kind: 'value', from: 1 },
  ] as const;

  it('gives the same slots, bit for bit, and goes on with the next id', async () => {
    const world = await aWatchedRollout({ rules: { guardrail: true, reported } });
    await busy(world, 0);
    await busy(world, 40);
    const before = await world.slots();
    expect(before.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(before[0]?.errors).toHaveLength(1);
    expect(before[0]?.canary.values?.['cart-value']?.length).toBeGreaterThan(1);
    await world.restart();
    expect(await world.slots()).toEqual(before);
    // Everybody has been here: nobody is counted again, in either kind of slot.
    await busy(world, 0);
    await busy(world, 80);
    const after = await world.slots(4);
    expect(after.map(({ canary, baseline }) => canary.sessions + baseline.sessions)).toEqual([40, 40]);
    expect(after.map(({ id }) => id)).toEqual([5, 6]);
  });

  it('writes each subject once, though two slots count it', async () => {
    const world = await aWatchedRollout({ rules: { guardrail: true } });
    await busy(world, 0);
    const lines = (await world.journal.read('r1')).map((line) => readHead(line) ?? wrong(line));
    const written = lines.flatMap((line) => [...othersIn(line), ...failedIn(line)]);
    expect(written).toHaveLength(40);
    expect(new Set(written)).toEqual(new Set(Array.from({ length: 40 }, (_, i) => subjectKey(`s${String(i)}`))));
  });

  it.each([
    'garbage',
    '{"id":"x"}',
    '[]',
    '[1,"c",2]',
    '[1,2,0,"AAAAAA","c",500,0,10000,[],[],[],[]]',
    '[1,2,0,"AAAAAA","c",500,0,10000,[1,',
    '[1,2,0,"AAA","c"]',
    'null',
    '1',
    '[1,2,0,"","c",500,0,10000,[1,2,3,4,5,6,7,8],[1,2,3,4,5,6,7,8],[0,0],[]]',
  ])('leaves out the line %j', async (line) => {
    const world = await aWatchedRollout();
    await world.journal.append('r1', line);
    await world.restart();
    expect(await world.slots()).toEqual([]);
  });

  it('keeps a line short: ten sessions and their subjects in less than 220 characters', async () => {
    const world = await aWatchedRollout();
    for (let i = 0; i < 10; i += 1) world.session(`s${String(i)}`);
    world.session(world.subject('canary'));
    world.pass(25_000);
    await world.slots();
    const [line = ''] = await world.journal.read('r1');
    expect(line.length).toBeLessThan(220);
    const head = readHead(line) ?? wrong(line);
    const slot = readSlot('r1', line) ?? wrong(line);
    expect(lineOf({ slot, subjects: othersIn(head), failedSubjects: failedIn(head), failedRanges: [] })).toBe(line);
  });
});
