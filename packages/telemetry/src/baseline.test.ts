import type { Reason } from '@sluice/core';
import {
  addNoise,
  bucketOfValue,
  countIn,
  loadFromMs,
  noNoise,
  parseAppId,
  parseVersionId,
  quantileBucket,
} from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { isInHalf, subjectKey } from './subject.js';
import { aWatchedRollout, RolloutWorld, wrong, type Told } from './telemetry.fixture.js';

const minute = 60_000;
const mfe1 = parseAppId('mfe1') ?? wrong('mfe1');
const v1 = parseVersionId('v1.0.0') ?? wrong('v1.0.0');
const v2 = parseVersionId('v1.1.0') ?? wrong('v1.1.0');
const outside: { readonly reason: Reason; readonly version: string } = { reason: 'no-canary', version: 'v1.0.0' };

/** A visit while nothing is on trial. */
function visit(world: RolloutWorld, subject: string, outcome: Partial<Told> = {}): void {
  const page = world.send(subject, { ...outside, kind: 'attempt', version: outcome.version ?? 'v1.0.0' });
  world.send(subject, { ...outside, kind: 'ok', loadMs: 300, ageMs: 300, cold: false, ...outcome }, page);
}

function before(world: RolloutWorld, version = v1) {
  return world.telemetry.baselineBefore?.(mfe1, version);
}

describe('what stable did before a rollout', () => {
  it('is nothing where nobody was seen', () => {
    expect(before(new RolloutWorld())).toBeUndefined();
  });

  it('has sessions, failures, load times and the rate of sessions, sampling accounted for', () => {
    const world = new RolloutWorld();
    for (let i = 0; i < 600; i += 1) {
      visit(world, `s${String(i)}`, i % 50 === 0 ? { kind: 'failed' } : { loadMs: i < 300 ? 200 : 800 });
      world.pass(100);
    }
    world.pass(25_000);
    const known = before(world) ?? wrong('nothing');
    expect(known).toMatchObject({ sessions: 600, failed: 12 });
    expect(countIn(known.histograms['load-time'] ?? [])).toBe(588);
    expect(quantileBucket(known.histograms['load-time'] ?? [], 0.25)).toBe(bucketOfValue(200, loadFromMs));
    expect(quantileBucket(known.histograms['load-time'] ?? [], 0.95)).toBe(bucketOfValue(800, loadFromMs));
    // 10 sessions/s are seen of a sample of 1 %; in the last 25 s there were none.
    expect(known.sessionsPerSecond).toBeCloseTo((1000 * 35) / 60, -1);
  });

  it.each([
    ['an attempt without an outcome fails', 'silent', 1, 1],
    ['a tab that left counts nowhere', 'left', 0, 0],
    ['who fails again and again counts once', 'repeated', 1, 1],
  ])('D20 D28 counts as rollouts do: %s', (_what, how, sessions, failed) => {
    const world = new RolloutWorld();
    if (how === 'silent') world.send('s1', { ...outside, kind: 'attempt' });
    else if (how === 'left') visit(world, 's1', { kind: 'left' });
    else for (let i = 0; i < 5; i += 1) visit(world, 's1', { kind: 'failed' });
    world.pass(25_000);
    expect([before(world)?.sessions ?? 0, before(world)?.failed ?? 0]).toEqual([sessions, failed]);
  });

  it.each([
    [60 * minute - 25_001, 10],
    [60 * minute - 25_000, 0],
  ])('reaches back 60 min: after %i ms more it has %i sessions', (ms, sessions) => {
    const world = new RolloutWorld();
    world.nowMs = 10 * 60 * minute;
    for (let i = 0; i < 10; i += 1) visit(world, `s${String(i)}`);
    world.pass(25_000);
    before(world);
    world.pass(ms);
    expect(before(world)?.sessions ?? 0).toBe(sessions);
  });

  it('D11 is of the version that is asked for and of no other', () => {
    const world = new RolloutWorld();
    for (let i = 0; i < 10; i += 1) visit(world, `s${String(i)}`);
    for (let i = 20; i < 50; i += 1) visit(world, `s${String(i)}`, { version: 'v0.9.0', kind: 'failed' });
    world.pass(25_000);
    expect(before(world)).toMatchObject({ sessions: 10, failed: 0 });
    expect(before(world, parseVersionId('v0.9.0'))).toMatchObject({ sessions: 30, failed: 30 });
    expect(before(world, v2)?.sessions).toBe(0);
  });

  it('D11 is not lost to pages that claim versions that nobody has', () => {
    const world = new RolloutWorld();
    for (let round = 0; round < 20; round += 1) {
      for (let i = 0; i < 10; i += 1) visit(world, `s${String(round)}-${String(i)}`);
      visit(world, `x${String(round)}`, { version: `v9.9.${String(round)}` });
      world.pass(10_000);
    }
    world.pass(25_000);
    expect(before(world)?.sessions).toBeGreaterThan(150);
  });

  it('has the baseline of a rollout, and its canary once nearly everybody has it', async () => {
    const world = await aWatchedRollout();
    const day = async (): Promise<void> => {
      for (const subject of world.subjects('canary', 5)) world.session(subject, { kind: 'failed' });
      if (world.watched.weightBp < 10_000) for (const subject of world.subjects('stable', 20)) world.session(subject);
      world.pass(25_000);
      await world.slots();
    };
    await day();
    expect(before(world)).toMatchObject({ sessions: 20, failed: 0 });
    expect(before(world, v2)?.sessions).toBe(0);
    await world.follow({ weightBp: 10_000, revision: 3, rolloutId: 'r1' });
    world.pass(30_000);
    for (let i = 0; i < 30; i += 1) world.session(`late${String(i)}`);
    world.pass(25_000);
    await world.slots();
    expect(before(world, v2)).toMatchObject({ sessions: 30, failed: 0 });
  });

  it('has values of metrics that the latest rollout was judged by', async () => {
    const reported = [{ name: 'cart-value', kind: 'value', from: 1 }] as const;
    const world = await aWatchedRollout({ rules: { reported } });
    await world.telemetry.watch([]);
    const page = world.send('s1', { ...outside, kind: 'attempt' });
    world.send('s1', { ...outside, kind: 'ok', ageMs: 1 }, page);
    world.send('s1', { ...outside, kind: 'metric', metric: 'cart-value', value: 50, ageMs: 2 }, page);
    world.pass(25_000);
    expect(before(world)?.histograms['cart-value']).toEqual([[bucketOfValue(50, 1), 1]]);
  });

  it('has fingerprints, the most frequent first and at most 32', () => {
    const world = new RolloutWorld();
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const told = (word: string): Partial<Told> => ({
      kind: 'failed',
      error: { kind: 'error', name: 'Error', message: word },
    });
    for (let i = 0; i < 40; i += 1) {
      visit(world, `s${String(i)}`, told(`${letters.charAt(i % 26)}${letters.charAt(Math.floor(i / 26))}`));
      world.pass(10_000);
    }
    for (let i = 50; i < 55; i += 1) visit(world, `s${String(i)}`, told('often'));
    world.pass(25_000);
    const errors = before(world)?.errors ?? [];
    expect(errors).toHaveLength(32);
    expect(new Set(errors).size).toBe(32);
    const again = new RolloutWorld();
    visit(again, 's1', told('often'));
    again.pass(25_000);
    expect(errors[0]).toBe(before(again)?.errors[0]);
  });

  it('has the noise of the baseline, slot by slot', () => {
    const world = new RolloutWorld();
    let expected = noNoise;
    for (let slot = 0; slot < 6; slot += 1) {
      const half = { sessions: 0, failed: 0 };
      let failed = 0;
      for (let i = 0; i < 20; i += 1) {
        const subject = `s${String(slot)}-${String(i)}`;
        const fails = (i + slot) % 4 === 0;
        visit(world, subject, fails ? { kind: 'failed' } : {});
        if (fails) failed += 1;
        if (!isInHalf(subjectKey(subject))) continue;
        half.sessions += 1;
        if (fails) half.failed += 1;
      }
      expected = addNoise(expected, { sessions: 20, failed }, half);
      world.pass(10_000);
    }
    world.pass(25_000);
    expect(before(world)?.noise.slots).toBe(expected.slots);
    expect(before(world)?.noise.sumX2).toBeCloseTo(expected.sumX2, 9);
  });

  it('stays small through a day', () => {
    const world = new RolloutWorld();
    for (let i = 0; i < 24 * 60; i += 1) {
      visit(world, `s${String(i)}`);
      visit(world, `s${String(i % 7)}`, { kind: 'failed' });
      world.pass(minute);
    }
    const known = before(world) ?? wrong('nothing');
    expect(known.sessions).toBeGreaterThan(55);
    expect(known.sessions).toBeLessThanOrEqual(60 + 7 + 7);
    // A subject that failed is counted once an hour.
    expect(known.failed).toBeLessThanOrEqual(14);
  });
});
