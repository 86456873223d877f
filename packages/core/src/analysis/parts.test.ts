import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToLikelihood, bandOf, noRatioLikelihood } from './band.js';
import { addRecent, followsIncident, incidentLimit, isIncident, noRecentBaseline, promotable } from './incident.js';
import { createMixture, growMixture, keepMixture, lnEvidence, lnSum, restartOf } from './mixture.js';
import { firstWeight, nextWeight, type RiskBudget } from './next-weight.js';
import { addNoise, noNoise, phiOf } from './noise.js';
import { addToRatio, lnRatio, lnRatioEvidence, noSampleRatio } from './sample-ratio.js';

describe('a mixture', () => {
  it('restarts until its horizon is spent, slot by slot in proportion to length, and not after', () => {
    const rules = { start: 0.5, horizon: 450 };
    expect(restartOf(rules, { spent: 0, slots: 1 })).toBeCloseTo(0.5 / 450, 15);
    expect(restartOf(rules, { spent: 0, slots: 0.2 })).toBeCloseTo(0.1 / 450, 15);
    expect(restartOf(rules, { spent: 449.5, slots: 1 })).toBeCloseTo(0.25 / 450, 15);
    expect(restartOf(rules, { spent: 450, slots: 1 })).toBe(0);
    expect(restartOf({ start: 1, horizon: 450 }, { spent: 0, slots: 1 })).toBe(0);
  });

  it('never has more than 1 to spend: with nothing seen its evidence ends at exactly 1', () => {
    let mixture = createMixture(8, 0.5);
    for (let spent = 0; spent < 450; spent += 1) {
      mixture = growMixture(mixture, restartOf({ start: 0.5, horizon: 450 }, { spent, slots: 1 }), () => 0);
    }
    expect(lnEvidence(mixture)).toBeCloseTo(0, 10);
  });

  it('neither overflows nor is lost after a million slots, whatever they say', () => {
    for (const step of [-1e6, -3, 0, 3, 1e6]) {
      let mixture = createMixture(2, 0.5);
      for (let i = 0; i < 1_000_000; i += 1)
        mixture = keepMixture(growMixture(mixture, i < 450 ? 0.5 / 450 : 0, () => step));
      expect(Number.isFinite(lnEvidence(mixture))).toBe(true);
      expect(lnEvidence(mixture)).toBeGreaterThanOrEqual(step > 0 ? 1_000_000 * step - 1 : -1e12 - 1);
    }
  });

  it('is kept to nine decimals, to one where it is beyond doubt, and never rounded up', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (ln) => {
        const kept = keepMixture([ln])[0] ?? Number.NaN;
        return kept <= ln && ln - kept <= (Math.abs(ln) < 1000 ? 2e-9 : 0.1);
      }),
      { seed: 1 },
    );
  });

  it('adds on the scale of logarithms without overflow', () => {
    expect(lnSum([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 10);
    expect(lnSum([-1e9, -1e9, 0])).toBe(0);
    expect(lnSum([-Infinity])).toBe(-Infinity);
  });
});

describe('noise', () => {
  it('is 1 where halves differ by chance, and more where failures come in clusters', () => {
    const even = Array.from({ length: 50 }, (_, i) => ({ sessions: 50, failed: 5 + (i % 3) - 1 }));
    const chance = even.reduce((noise, half) => addNoise(noise, { sessions: 100, failed: 10 }, half), noNoise);
    expect(phiOf(chance)).toBe(1);
    const lumps = even.map((_, i) => ({ sessions: 50, failed: i % 2 === 0 ? 10 : 0 }));
    const clustered = lumps.reduce((noise, half) => addNoise(noise, { sessions: 100, failed: 10 }, half), noNoise);
    // X² is 10 in every slot: (10 + 50 · 10) / (10 + 50).
    expect(phiOf(clustered)).toBeCloseTo(8.5, 10);
  });

  it.each([
    ['no failures', { sessions: 100, failed: 0 }, { sessions: 50, failed: 0 }],
    ['no sessions', { sessions: 0, failed: 0 }, { sessions: 0, failed: 0 }],
    ['all sessions in one half', { sessions: 100, failed: 10 }, { sessions: 100, failed: 10 }],
    ['none in it', { sessions: 100, failed: 10 }, { sessions: 0, failed: 0 }],
  ])('says nothing about a slot with %s', (_, baseline, half) => {
    expect(addNoise(noNoise, baseline, half)).toBe(noNoise);
    expect(addNoise(noNoise, baseline, undefined)).toBe(noNoise);
  });
});

describe('a shared incident', () => {
  const start = 1_750_000_000_000;
  const slot = (after: number, sessions: number, failed: number) => ({
    startMs: start + after * 1000,
    baseline: { sessions, failed },
  });

  it('begins above three times the reference, or 0.25 percentage points above it', () => {
    expect(incidentLimit(0.005)).toBeCloseTo(0.015, 15);
    expect(incidentLimit(0.0001)).toBeCloseTo(0.0026, 15);
  });

  it.each([
    [5, 100, 0.05, false],
    [6, 100, 0.05, true],
    [4, 10, 0.05, false],
    [5, 99, 0.05, true],
  ])('a slot with %s of %s failed at a limit of %s: %s', (failed, sessions, limit, is) => {
    expect(isIncident({ sessions, failed }, limit)).toBe(is);
  });

  it('is remembered for 300 s from the start of its slot', () => {
    const recent = addRecent(noRecentBaseline, slot(0, 100, 50), true);
    expect(followsIncident(recent, start + 300_000, 0.9)).toBe(true);
    expect(followsIncident(recent, start + 300_001, 0.9)).toBe(false);
  });

  it('is also 300 s that together have ten failures and exceed the limit, without a slot that does alone', () => {
    let recent = noRecentBaseline;
    for (let i = 0; i < 9; i += 1) recent = addRecent(recent, slot(i * 10, 10, 1), false);
    expect(followsIncident(recent, start + 90_000, 0.05)).toBe(false);
    recent = addRecent(recent, slot(90, 10, 1), false);
    expect(followsIncident(recent, start + 100_000, 0.05)).toBe(true);
    expect(followsIncident(recent, start + 100_000, 0.1)).toBe(false);
    expect(followsIncident(recent, start + 500_000, 0.05)).toBe(false);
  });

  it('takes from promote what speaks for it, and after it everything', () => {
    expect([2, -2].map((dL) => promotable(dL, { incident: false, after: false }))).toEqual([2, -2]);
    expect([2, -2].map((dL) => promotable(dL, { incident: true, after: false }))).toEqual([0, -2]);
    expect([2, -2].map((dL) => promotable(dL, { incident: true, after: true }))).toEqual([0, 0]);
  });

  it('stays small whatever the slots are, also after a clock that was set back or a night without slots', () => {
    let recent = noRecentBaseline;
    for (let i = 0; i < 2000; i += 1) recent = addRecent(recent, slot(i * 2, 100, 1), false);
    expect(recent.sessions.length).toBeLessThanOrEqual(11);
    expect(recent.sessions.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(165 * 100);
    recent = addRecent(recent, slot(0, 7, 7), false);
    recent = addRecent(recent, slot(200_000, 3, 0), false);
    expect(recent.sessions.length).toBeLessThanOrEqual(11);
    expect(recent.sessions.reduce((a, b) => a + b, 0)).toBe(3);
  });
});

describe('sample ratio', () => {
  it('adds the evidence of revisions, and all or nobody assigned says nothing', () => {
    const first = addToRatio(noSampleRatio, { revision: 1, weight: 0.05, canary: 50, baseline: 950 });
    const second = addToRatio(first, { revision: 2, weight: 0.25, canary: 250, baseline: 750 });
    const bake = addToRatio(second, { revision: 3, weight: 1, canary: 1000, baseline: 0 });
    const sum = lnRatio({ w: 0.05, nc: 50, nb: 950 }) + lnRatio({ w: 0.25, nc: 250, nb: 750 });
    expect(lnRatioEvidence(second)).toBeCloseTo(sum, 12);
    expect(lnRatioEvidence(bake)).toBeCloseTo(sum, 12);
    expect(lnRatioEvidence(noSampleRatio)).toBe(0);
  });

  it('is finite for counts up to 10^9 and shares from 0.01 to 50 %, and small where they are as assigned', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 0.0001, max: 0.5, noNaN: true }), (n, w) => {
        const nc = Math.round(n * w);
        const ln = lnRatio({ w, nc, nb: n - nc });
        return Number.isFinite(ln) && ln < 1;
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it('never grows in the mean under the assigned share', () => {
    // One more session: E[exp(d)] = w exp(ln B-ratio of canary) + (1 − w) exp(of baseline) = 1.
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 500 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (nc, nb, w) => {
          const now = lnRatio({ w, nc, nb });
          const canary = Math.exp(lnRatio({ w, nc: nc + 1, nb }) - now);
          const baseline = Math.exp(lnRatio({ w, nc, nb: nb + 1 }) - now);
          return Math.abs(w * canary + (1 - w) * baseline - 1) < 1e-9;
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('the risk-budgeted ramp', () => {
  const ramp: RiskBudget = { failedSessions: 10, reactionSeconds: 30, growth: 2, highest: 0.25 };
  const input = fc.record({
    weight: fc.double({ min: 0.0001, max: 0.25, noNaN: true }),
    nc: fc.integer({ min: 0, max: 1e9 }),
    nb: fc.integer({ min: 0, max: 1e9 }),
    rate: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
    c: fc.double({ min: 0, max: 1, noNaN: true }),
    b: fc.double({ min: 0, max: 1, noNaN: true }),
    held: fc.boolean(),
  });

  it('never more than doubles, never passes its highest weight, never grows while held, never leaves its floor', () => {
    fc.assert(
      fc.property(input, ({ weight, nc, nb, rate, c, b, held }) => {
        const counts = { nc, nb, ec: Math.round(nc * c), eb: Math.round(nb * b) };
        const next = nextWeight({ weight, ...counts, sessionsPerSecond: rate, held, ramp });
        return (
          next <= Math.max(2 * weight, 0.0001) &&
          next <= 0.25 &&
          next >= 0.0001 &&
          (!held || next <= Math.max(weight, 0.0001))
        );
      }),
      { numRuns: 2000, seed: 4 },
    );
  });

  it('exposes no more than its budget, were the canary as bad as can be, wherever that is above the floor', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 3333, noNaN: true }), (rate) => {
        const weight = firstWeight(ramp, rate);
        return weight * rate * 30 <= 10 + 1e-9;
      }),
      { seed: 5 },
    );
  });

  it.each([undefined, Number.NaN, Infinity, -1, 0])('keeps the weight where the traffic is %s', (rate) => {
    const counts = { nc: 0, ec: 0, nb: 0, eb: 0 };
    expect(nextWeight({ weight: 0.07, ...counts, sessionsPerSecond: rate, held: false, ramp })).toBe(0.07);
    expect(firstWeight(ramp, rate)).toBe(0.0001);
  });
});

describe('the confidence band', () => {
  it('is open where nothing was seen, closes around the ratio, and misses it rarely', () => {
    expect(bandOf(noRatioLikelihood)).toEqual({ lower: null, upper: null });
    let likelihood = noRatioLikelihood;
    for (let i = 0; i < 100; i += 1) likelihood = addToLikelihood(likelihood, { nc: 500, nb: 500, ec: 10, eb: 5 }, 1);
    const { lower, upper } = bandOf(likelihood);
    expect(lower).toBeGreaterThan(1);
    expect(lower).toBeLessThan(2);
    expect(upper).toBeGreaterThan(2);
    expect(upper).toBeLessThan(4);
  });

  it('tells less where failures come in clusters', () => {
    const add = (phi: number) =>
      bandOf(
        Array.from({ length: 20 }).reduce(
          (sum: readonly number[]) => addToLikelihood(sum, { nc: 500, nb: 500, ec: 15, eb: 5 }, phi),
          noRatioLikelihood,
        ),
      );
    expect(add(1).lower ?? 0).toBeGreaterThan(add(20).lower ?? 0);
  });

  it('a slot in which nobody failed, or one arm was empty, says nothing', () => {
    for (const counts of [
      { nc: 9, nb: 9, ec: 0, eb: 0 },
      { nc: 0, nb: 9, ec: 0, eb: 3 },
      { nc: 9, nb: 0, ec: 3, eb: 0 },
    ]) {
      expect(addToLikelihood(noRatioLikelihood, counts, 1)).toBe(noRatioLikelihood);
    }
  });
});
