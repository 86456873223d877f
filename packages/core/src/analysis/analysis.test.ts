import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySlot, createAnalysis, type AnalysisState } from './analysis.js';
import { lnMetric, lnPromoteOf, lnRollbackOf } from './judge.js';
import { defaultRules, guardrailMetric, type AnalysisRules, type Metric } from './metric.js';
import { nothingBefore, type BaselineBefore } from './reference.js';
import type { Slot } from './slot.js';
import { aSlot, failing } from './slots.fixture.js';
import { lnPromoteAt, lnRollbackAt } from './specs.js';
import { verdictOf } from './verdict.js';

const rules = defaultRules('default');
const known: BaselineBefore = {
  ...nothingBefore,
  sessions: 6000,
  failed: 30,
  histograms: {
    'load-time': [
      [30, 100],
      [35, 100],
      [40, 60],
      [44, 30],
      [47, 10],
    ],
  },
};

function after(
  slots: readonly Slot[],
  options: { rules?: AnalysisRules; before?: BaselineBefore } = {},
): AnalysisState {
  const judged = options.rules ?? rules;
  const start = createAnalysis({ horizon: 450, rules: judged, before: options.before ?? known });
  return slots.reduce((state, slot) => applySlot(state, judged, slot), start);
}

function withMetric(...metrics: readonly Metric[]): AnalysisRules {
  return {
    ...rules,
    metrics: [...rules.metrics.filter(({ name }) => metrics.every((one) => one.name !== name)), ...metrics],
  };
}

const verdict = (slots: readonly Slot[], options: Parameters<typeof after>[1] = {}) =>
  verdictOf(after(slots, options), options.rules ?? rules);

describe('the verdict', () => {
  it('D1 clearly worse fails in the first slot that has enough', () => {
    expect(verdict(failing(1, [20, 5])).kind).toBe('fail');
  });

  it('D3 no traffic is never a pass', () => {
    expect(verdict([])).toMatchObject({ kind: 'no-data', promotable: false });
    const nobody = Array.from({ length: 100 }, (_, i) => aSlot(i + 1, { canary: { sessions: 0, failed: 0 } }));
    expect(verdict(nobody)).toMatchObject({ kind: 'no-data', promotable: false });
  });

  it('D4 both versions bad: no rollback of the canary', () => {
    expect(verdict(failing(60, [20, 200])).kind).not.toBe('fail');
  });

  it('D4 both bad beyond the limit: held as an incident of more than the canary, and the limit is no evidence', () => {
    const limited = withMetric(guardrailMetric(0.05));
    const slots = failing(30, [20, 200]).map((slot): Slot => ({ ...slot, kind: 'guardrail' }));
    const said = verdict([...slots, ...failing(1, [20, 200], 31)], { rules: limited });
    expect(said).toMatchObject({ kind: 'inconclusive', holds: ['incident'], globalIncident: true, promotable: false });
    expect(said.evidence.lnRollback).toBeLessThan(0);
    expect(said.sentence).toContain('an incident of more than the canary holds the ramp');
  });

  it('D5 better passes, and is never taken for worse', () => {
    const said = verdict(failing(60, [0, 30]), { before: { ...known, failed: 180 } });
    expect(said).toMatchObject({ kind: 'pass', promotable: true });
    expect(said.evidence.lnRollback).toBeLessThan(0);
  });

  it('D6 two failed subjects are not enough for errors, three are', () => {
    const alone = (failed: number): Slot =>
      aSlot(1, { canary: { sessions: failed, failed }, baseline: { sessions: 1_000_000, failed: 0 } });
    expect(lnMetric(after([alone(2)]), 'errors')).toBeGreaterThan(lnRollbackAt);
    expect(verdict([alone(2)]).kind).not.toBe('fail');
    expect(verdict([alone(3)]).kind).toBe('fail');
  });

  it('D6 evidence just below 100 to 1 does not take back, at or above it does', () => {
    const border = Array.from({ length: 40 }, (_, i) => verdict(failing(i + 1, [2, 5])));
    const first = border.findIndex(({ kind }) => kind === 'fail');
    expect(first).toBeGreaterThan(0);
    expect(border[first - 1]?.evidence.lnRollback).toBeLessThan(lnRollbackAt);
    expect(border[first]?.evidence.lnRollback).toBeGreaterThanOrEqual(lnRollbackAt);
  });

  it('D7 alternating good and bad adds up: what is bad in the mean is found, what is not is not', () => {
    const alternating = (bad: number) =>
      Array.from({ length: 60 }, (_, i) => failing(1, [i % 2 === 0 ? bad : 0, 5], i + 1)).flat();
    expect(verdict(alternating(6)).kind).toBe('fail');
    expect(verdict(alternating(1)).kind).toBe('pass');
  });

  it('D8 a late success never overwrites a failure: the verdict latches', () => {
    const said = verdict([...failing(3, [30, 5]), ...failing(300, [0, 5], 4)]);
    expect(said.kind).toBe('fail');
    expect(said.evidence.lnRollback).toBeLessThan(0);
    expect(said.evidence.lnRollbackMax).toBeGreaterThanOrEqual(lnRollbackAt);
  });

  it('D16 seven of ten slots a hundred times worse fail; so do sparse errors against a clean baseline', () => {
    const lumpy = Array.from({ length: 10 }, (_, i) => failing(1, [i % 10 < 7 ? 50 : 0, 5], i + 1)).flat();
    expect(verdict(lumpy).kind).toBe('fail');
    const sparse = Array.from({ length: 40 }, (_, i) => failing(1, [i % 4 === 0 ? 1 : 0, 0], i + 1)).flat();
    expect(verdict(sparse).kind).toBe('fail');
  });

  it('D19 observed 9 % or 1 % where 5 % were assigned: suspect, held, never promoted, for good', () => {
    for (const canary of [9, 1]) {
      const slots = Array.from({ length: 60 }, (_, i) =>
        aSlot(i + 1, {
          weightBp: 500,
          canary: { sessions: 10 * canary, failed: 0 },
          baseline: { sessions: 1000 - 10 * canary, failed: 5 },
        }),
      );
      const said = verdict(slots);
      expect(said).toMatchObject({ kind: 'inconclusive', holds: ['sample-ratio'], promotable: false });
      expect(said.sentence).toContain('telemetry is suspect');
      const right = slots.map((slot): Slot => ({
        ...slot,
        revision: 2,
        canary: { sessions: 50, failed: 0 },
        baseline: { sessions: 950, failed: 5 },
      }));
      expect(verdict([...slots, ...right, ...right]).holds).toContain('sample-ratio');
    }
  });

  it('order: what is to be taken back is, however suspect the shares are', () => {
    const slots = Array.from({ length: 20 }, (_, i) =>
      aSlot(i + 1, { weightBp: 500, canary: { sessions: 100, failed: 30 } }),
    );
    expect(verdict(slots)).toMatchObject({ kind: 'fail' });
    expect(verdict(slots).holds).toContain('sample-ratio');
  });

  it('holds from 20 to 1 until the evidence is below 1, and then no longer', () => {
    const bad = failing(6, [3, 8]);
    const held = Array.from({ length: 60 }, (_, i) =>
      verdict([...bad, ...failing(i, [0, 8], 7)], { before: nothingBefore }),
    );
    expect(held[0]?.holds).toEqual(['errors']);
    const released = held.findIndex(({ holds }) => holds.length === 0);
    expect(released).toBeGreaterThan(1);
    expect(held[released]?.evidence.lnHold).toBeLessThan(0);
    expect(held[released - 1]?.evidence.lnHold).toBeGreaterThanOrEqual(0);
  });

  it('evidence that the canary is safe releases a hold', () => {
    // A little worse than stable, for sure, and far from twice as bad.
    const slots = Array.from({ length: 120 }, (_, i) =>
      aSlot(i + 1, {
        weightBp: 5000,
        canary: { sessions: 10_000, failed: 64 },
        baseline: { sessions: 10_000, failed: 50 },
      }),
    );
    const said = verdict(slots);
    expect(said.evidence.lnHold).toBeGreaterThan(Math.log(20));
    expect(said.evidence.lnPromote).toBeGreaterThan(lnPromoteAt);
    expect(said).toMatchObject({ holds: [], promotable: true });
  });
});

describe('metrics', () => {
  const rate = (more: Partial<Metric>): Metric =>
    ({
      kind: 'rate',
      name: 'checkout-failed',
      of: 'reported',
      worse: 'more',
      rho: 1.25,
      delta: 0.0005,
      action: 'roll-back',
      dryRun: false,
      weight: 0.1,
      ...more,
    }) as Metric;
  const reported = (count: number, [canary, baseline]: readonly [number, number]) =>
    failing(count, [0, 5]).map((slot): Slot => ({
      ...slot,
      canary: { ...slot.canary, rates: { 'checkout-failed': canary } },
      baseline: { ...slot.baseline, rates: { 'checkout-failed': baseline } },
    }));

  it('a rate of the application may take the canary back', () => {
    expect(verdict(reported(5, [20, 20]), { rules: withMetric(rate({})) }).kind).toBe('fail');
    expect(verdict(reported(5, [2, 20]), { rules: withMetric(rate({})) }).kind).toBe('pass');
  });

  it('a rate of which less is worse finds less, and not more', () => {
    const conversions = withMetric(rate({ worse: 'less', rho: 0.8, delta: 0 }));
    expect(verdict(reported(40, [10, 300]), { rules: conversions }).kind).toBe('fail');
    expect(verdict(reported(40, [60, 300]), { rules: conversions }).kind).toBe('pass');
  });

  it('D12 a metric in dry-run is told once and has no effect', () => {
    const said = after(reported(5, [30, 20]), { rules: withMetric(rate({ dryRun: true })) });
    expect(said.judgement).toMatchObject({ failed: false, holds: [], noted: ['checkout-failed'] });
  });

  it('a metric that holds holds; one that notifies is told', () => {
    const holds = verdict(reported(5, [30, 20]), { rules: withMetric(rate({ action: 'hold' })) });
    expect(holds).toMatchObject({ kind: 'inconclusive', holds: ['checkout-failed'] });
    expect(holds.sentence).toContain('from the metric checkout-failed holds the ramp');
    const told = after(reported(5, [30, 20]), { rules: withMetric(rate({ action: 'notify' })) });
    expect(told.judgement).toMatchObject({ failed: false, holds: [], noted: ['checkout-failed'] });
  });

  it('errors may be made to hold or to be told only', () => {
    const quiet = withMetric({ ...rules.metrics[0], action: 'notify' } as Metric);
    expect(verdict(failing(5, [30, 5]), { rules: quiet }).kind).not.toBe('fail');
  });

  it('weights are divided by the sum over those that may roll back', () => {
    const alone: AnalysisRules = { ...rules, metrics: rules.metrics.filter(({ name }) => name === 'errors') };
    const slots = failing(2, [5, 5]);
    const one = after(slots, { rules: alone });
    expect(lnRollbackOf(one, alone)).toBeCloseTo(lnMetric(one, 'errors') ?? 0, 12);
    const all = after(slots);
    const parts = ['errors', 'load-time', 'remote-failures'].map((name) => Math.exp(lnMetric(all, name) ?? 0));
    const [errors = 0, load = 0, remote = 0] = parts;
    expect(lnRollbackOf(all, rules)).toBeCloseTo(Math.log((0.4 * errors + 0.3 * load + 0.2 * remote) / 0.9), 9);
  });

  const value = (worse: 'higher' | 'lower'): AnalysisRules =>
    withMetric({
      kind: 'quantile',
      name: 'cart',
      of: 'reported',
      worse,
      toleranceBuckets: 2,
      from: 1,
      action: 'roll-back',
      dryRun: false,
      weight: 0.1,
    });
  const carts = (canary: number, baseline: number) =>
    failing(30, [0, 5]).map((slot): Slot => ({
      ...slot,
      canary: {
        ...slot.canary,
        values: {
          cart: [
            [canary, 10],
            [canary + 3, 10],
          ],
        },
      },
      baseline: {
        ...slot.baseline,
        values: {
          cart: [
            [baseline, 100],
            [baseline + 3, 100],
          ],
        },
      },
    }));

  it.each([
    ['higher', 70, 60, 'fail'],
    ['higher', 50, 60, 'pass'],
    ['lower', 50, 60, 'fail'],
    ['lower', 70, 60, 'pass'],
    // Within the tolerance of two buckets.
    ['higher', 62, 60, 'pass'],
    ['lower', 58, 60, 'pass'],
  ] as const)('a value of which %s is worse, in bucket %s against %s: %s', (worse, canary, baseline, kind) => {
    const before = {
      ...known,
      histograms: {
        ...known.histograms,
        cart: [
          [60, 150],
          [63, 150],
        ] as const,
      },
    };
    expect(verdict(carts(canary, baseline), { rules: value(worse), before }).kind).toBe(kind);
  });

  it('thresholds that are not known before are gathered first, and what they are gathered from is not judged by them', () => {
    const state = after(carts(70, 60).slice(0, 1), { rules: value('higher'), before: nothingBefore });
    expect(state.reference.thresholds['cart']).toEqual([60, 63, 63, 63]);
    expect(state.evidence['cart']?.tails).toBeUndefined();
    expect(
      after(carts(70, 60).slice(0, 2), { rules: value('higher'), before: nothingBefore }).evidence['cart']?.tails,
    ).toBeDefined();
  });
});

describe('new errors', () => {
  const withError = (count: number, seen: { canary: number; baseline: number }, weightBp = 909) =>
    failing(count, [0, 5]).map((slot): Slot => ({
      ...slot,
      weightBp,
      errors: [{ fingerprint: 'abcd0123', text: 'TypeError: x is undefined', ...seen }],
    }));

  it('D17 an error that only the canary has, in five sessions, holds within all limits', () => {
    expect(verdict(withError(4, { canary: 1, baseline: 0 })).holds).toEqual([]);
    const said = verdict(withError(5, { canary: 1, baseline: 0 }));
    expect(said).toMatchObject({ kind: 'inconclusive', holds: ['new-error abcd0123'], newError: { sessions: 5 } });
    expect(said.sentence).toContain('TypeError: x is undefined');
  });

  it('D17 an error that stable has too, in this rollout or before it, does not hold', () => {
    expect(verdict(withError(9, { canary: 3, baseline: 1 })).holds).toEqual([]);
    expect(
      verdict(withError(9, { canary: 3, baseline: 0 }), { before: { ...known, errors: ['abcd0123'] } }).holds,
    ).toEqual([]);
  });

  it('D17 at half of the users it takes more sessions, for chance gives that many', () => {
    expect(verdict(withError(9, { canary: 1, baseline: 0 }, 5000)).holds).not.toContain('new-error abcd0123');
    expect(verdict(withError(10, { canary: 1, baseline: 0 }, 5000)).holds).toContain('new-error abcd0123');
  });
});

describe('the state', () => {
  const count = fc.integer({ min: 0, max: 1_000_000_000 });
  const histogram = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 183 }), fc.integer({ min: 1, max: 1e6 })), {
      selector: ([at]) => at,
      maxLength: 8,
    })
    .map((pairs) => pairs.toSorted(([a], [b]) => a - b));
  const loads = fc.record({ unloaded: fc.integer({ min: 0, max: 1000 }), histogram });
  const arm = fc
    .tuple(count, fc.double({ min: 0, max: 1, noNaN: true }), loads, loads)
    .map(([sessions, part, cold, warm]) => {
      const failed = Math.round(sessions * part);
      return { sessions, failed, loadFailed: Math.floor(failed / 2), loads: { cold, warm } };
    });
  const slot = fc.record({
    canary: arm,
    baseline: arm,
    weightBp: fc.integer({ min: 1, max: 5000 }),
    revision: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('comparison' as const, 'guardrail' as const),
  });
  const limited = withMetric(guardrailMetric(0.02));
  const slots = fc.array(slot, { minLength: 1, maxLength: 12 }).map((list) => list.map((one, i) => aSlot(i + 1, one)));

  it('is finite in every number, whatever the counts, and survives JSON bit for bit', () => {
    fc.assert(
      fc.property(slots, (list) => {
        let state = after([], { rules: limited });
        let copied = state;
        for (const one of list) {
          state = applySlot(state, limited, one);
          copied = applySlot(
            JSON.parse(JSON.stringify(copied)) as AnalysisState,
            limited,
            JSON.parse(JSON.stringify(one)) as Slot,
          );
        }
        const text = JSON.stringify(state);
        expect(JSON.stringify(copied)).toBe(text);
        const numbers = JSON.stringify(state, (_, value: unknown) =>
          typeof value === 'number' && !Number.isFinite(value) ? 'BROKEN' : value,
        );
        expect(numbers).not.toContain('BROKEN');
      }),
      { numRuns: 150, seed: 6 },
    );
  });

  it('stays below 2 KB of JSON with everything measured, for thousands of slots of millions of sessions', () => {
    const big = Array.from({ length: 3000 }, (_, i) =>
      aSlot(i + 1, {
        kind: i % 2 === 0 ? 'comparison' : 'guardrail',
        canary: {
          sessions: 90_901,
          failed: 455,
          loadFailed: 87,
          loads: {
            cold: {
              unloaded: 87,
              histogram: [
                [31, 60_001],
                [44, 9001],
              ],
            },
            warm: { unloaded: 0, histogram: [[28, 20_001]] },
          },
        },
        baseline: {
          sessions: 909_101,
          failed: 4548,
          loadFailed: 870,
          loads: {
            cold: {
              unloaded: 870,
              histogram: [
                [31, 100_001],
                [44, 90_001],
              ],
            },
            warm: { unloaded: 0, histogram: [[28, 700_001]] },
          },
        },
        half: { sessions: 454_551, failed: 2291 },
      }),
    );
    expect(JSON.stringify(after(big, { rules: limited })).length).toBeLessThan(2048);
  });

  it('is the same however often the same slots are replayed', () => {
    const list = [...failing(20, [1, 5]), ...failing(20, [3, 6], 21)];
    expect(after(list)).toEqual(after(list));
  });

  it('promote needs to know the baseline of before, and gathers it where nobody does', () => {
    const slots = failing(3, [0, 5]);
    expect(lnPromoteOf(after(slots, { before: nothingBefore }))).toBeLessThan(lnPromoteOf(after(slots)));
    expect(after(slots.slice(0, 1), { before: nothingBefore }).reference.rate).toBeNull();
    // Frozen, also while something else is still gathered.
    const frozen = { before: { ...known, histograms: {} } };
    expect(after(failing(3, [50, 500]), frozen).reference.rate).toBe(after([], frozen).reference.rate);
    expect(after(slots.slice(0, 2), { before: nothingBefore }).reference.rate).toBeCloseTo(10.5 / 2001, 12);
  });
});
