import type { AnalysisState } from '@sluice/core';
import {
  applySlot,
  createAnalysis,
  defaultRules,
  lnMetric,
  lnRatioEvidence,
  lnRollbackAt,
  lnSuspectAt,
} from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { aWatchedRollout, type RolloutWorld, type Told } from './telemetry.fixture.js';

// Beacons in, judgement out: what telemetry makes of them is what the analysis needs.

const rules = defaultRules('default');

/** The analysis after all slots that have closed, asserting on each step what must hold at any time. */
async function judged(
  world: RolloutWorld,
  each: (state: AnalysisState) => void = () => undefined,
): Promise<AnalysisState> {
  let state = createAnalysis({ horizon: 450, rules });
  for (const slot of await world.slots()) {
    state = applySlot(state, rules, slot);
    each(state);
  }
  return state;
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A load time around its median: lognormal, as load times are. */
function loadTime(random: () => number, medianMs: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return medianMs * Math.exp(0.4 * normal);
}

describe('D18 a cold cache', () => {
  interface Case {
    readonly seed: number;
    /** How much slower the canary is. */
    readonly slower?: number;
    /** What pages tell of their cache. */
    readonly tells?: boolean;
  }
  /** Ten sessions a second for ten minutes. Nobody has the canary's files; nine of ten users have stable's. */
  async function coldCanary({ seed, slower = 1, tells = true }: Case): Promise<AnalysisState> {
    const random = randomFrom(seed);
    const world = await aWatchedRollout({ weightBp: 1000 });
    for (let i = 0; i < 6000; i += 1) {
      const subject = `u${String(i)}`;
      const isCanary = world.armOf(subject) === 'canary';
      const cold = isCanary ? random() < 0.95 : random() < 0.1;
      const loadMs = loadTime(random, (cold ? 900 : 250) * (isCanary ? slower : 1));
      world.session(subject, { kind: 'ok', loadMs, ...(tells ? { cold } : {}) });
      world.pass(100);
    }
    world.pass(25_000);
    return judged(world);
  }

  it('is no reason to roll back: identical code', async () => {
    for (const seed of [1, 2, 3]) {
      const state = await coldCanary({ seed });
      expect(state.judgement.failed).toBe(false);
      expect(lnMetric(state, 'load-time')).toBeLessThan(lnRollbackAt);
    }
  });

  it('would be, were cold and warm sessions pooled; and half as slow again is, in spite of it', async () => {
    expect((await coldCanary({ seed: 1, tells: false })).judgement.failed).toBe(true);
    expect((await coldCanary({ seed: 1, slower: 1.5 })).judgement.failed).toBe(true);
  });
});

describe('D19 the share of the sessions that arrive', () => {
  /** Assigned 5 %; of each arm only a part of the beacons arrives. */
  async function share(seed: number, arrives: { readonly canary: number; readonly stable: number }) {
    const random = randomFrom(seed);
    const world = await aWatchedRollout({ weightBp: 500 });
    for (let i = 0; i < 20_000; i += 1) {
      const subject = `u${String(i)}`;
      if (random() < arrives[world.armOf(subject)]) world.session(subject);
      world.pass(30);
    }
    world.pass(25_000);
    return judged(world);
  }

  it.each([
    ['9 %', { canary: 1, stable: 0.532 }],
    ['1 %', { canary: 0.192, stable: 1 }],
  ])('of %s where 5 %% were assigned makes telemetry suspect', async (_share, arrives) => {
    const state = await share(19, arrives);
    expect(lnRatioEvidence(state.ratio)).toBeGreaterThan(lnSuspectAt);
    expect(state.judgement.holds).toContain('sample-ratio');
  });

  it.each([1, 2, 3])('of 5 %% does not, also where a third of all beacons is lost (%i)', async (seed) => {
    const state = await share(seed, { canary: 0.67, stable: 0.67 });
    expect(lnRatioEvidence(state.ratio)).toBeLessThan(0);
    expect(state.judgement.holds).toEqual([]);
  });
});

describe('D20 a canary that falls silent', () => {
  it('is rolled back: attempts without an outcome are failures', async () => {
    const world = await aWatchedRollout({ weightBp: 500 });
    for (let i = 0; i < 1200; i += 1) {
      const subject = `u${String(i)}`;
      if (world.armOf(subject) === 'canary') world.send(subject, { kind: 'attempt' });
      else world.session(subject);
      world.pass(100);
    }
    world.pass(25_000);
    const state = await judged(world);
    expect(state.judgement.failed).toBe(true);
    expect(state.totals.canary.failed).toBe(state.totals.canary.sessions);
  });
});

describe('D27 users who return after every step of the ramp', () => {
  interface Page {
    readonly weightBp: number;
    readonly revision: number;
  }
  /** A ramp with a step a minute. A new weight reaches each page within 5 s, and telemetry after 2 s. */
  async function ramp(seed: number): Promise<{ readonly world: RolloutWorld; readonly visits: number }> {
    const random = randomFrom(seed);
    const steps = [500, 1000, 2500, 1200, 2500, 5000].map((weightBp, i) => ({ weightBp, revision: 2 + i }));
    const at = (i: number): Page => steps[i] ?? { weightBp: 500, revision: 2 };
    const world = await aWatchedRollout({ ...at(0), generation: 2 });
    let told = world.watched;
    let visits = 0;
    for (let ms = 0; ms < steps.length * 60_000; ms += 25) {
      const step = Math.floor(ms / 60_000);
      const since = ms % 60_000;
      if (since >= 2000 && told.revision !== at(step).revision) {
        await world.follow({ ...at(step), generation: at(step).revision });
        told = world.watched;
      }
      const isOld = step > 0 && since < 5000 && random() < 1 - since / 5000;
      world.watched = { ...told, ...at(isOld ? step - 1 : step) };
      // A third of the visits are by 300 heavy users, the others by light ones.
      const subject =
        random() < 1 / 3 ? `h${String(Math.floor(random() * 300))}` : `l${String(Math.floor(random() * 6000))}`;
      world.session(subject, random() < 0.01 ? { kind: 'failed' } : { kind: 'ok', loadMs: 300, cold: false });
      world.watched = told;
      visits += 1;
      world.pass(25);
    }
    world.pass(60_000);
    return { world, visits };
  }

  it.each([1, 2, 3])('raise no alarm at any time, though the weight goes down as well (%i)', async (seed) => {
    const { world, visits } = await ramp(seed);
    const state = await judged(world, ({ ratio, judgement }) => {
      expect(lnRatioEvidence(ratio)).toBeLessThan(lnSuspectAt / 2);
      expect(judgement.holds).not.toContain('sample-ratio');
    });
    const { canary, baseline } = state.totals;
    expect(canary.sessions + baseline.sessions).toBeGreaterThan(visits / 3);
    const { ahead = 0, 'stale-revision': stale = 0, mismatch = 0 } = world.telemetry.uncounted();
    expect([ahead > 0, stale > 0, mismatch]).toEqual([true, true, 0]);
  });
});

describe('D28 tabs that are closed before the outcome', () => {
  it('are neither n nor e, however many there are, in the arm that has more of them too', async () => {
    const random = randomFrom(28);
    const world = await aWatchedRollout({ weightBp: 2000 });
    let stayed = 0;
    for (let i = 0; i < 4000; i += 1) {
      const subject = `u${String(i)}`;
      const leaves = random() < (world.armOf(subject) === 'canary' ? 0.5 : 0.4);
      const outcome: Told = leaves ? { kind: 'left' } : { kind: 'ok', loadMs: 300 };
      world.session(subject, outcome);
      if (!leaves) stayed += 1;
      world.pass(50);
    }
    world.pass(25_000);
    const state = await judged(world);
    expect(state.totals.canary.sessions + state.totals.baseline.sessions).toBe(stayed);
    expect([state.totals.canary.failed, state.totals.baseline.failed]).toEqual([0, 0]);
    expect(state.judgement.failed).toBe(false);
  });
});
