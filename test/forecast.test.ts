import { explainForecast, forecast, forecastWarnings, recommendPlan, type Forecast, type Plan } from '@sluice/core';
import { adaptivePlan, parsePlan, quietPlan, standardPlan, type WrittenPlan } from '@sluice/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function planOf(name: string, written: WrittenPlan): Plan {
  const parsed = parsePlan(name, written);
  if (parsed.kind !== 'ok') throw new TypeError(`the test is wrong: ${JSON.stringify(parsed.issues)}`);
  return parsed.value;
}

const standard = planOf('standard', standardPlan);
const adaptive = planOf('adaptive', adaptivePlan);
const quiet = planOf('quiet', quietPlan);
const at = (plan: Plan, sessionsPerSecond: number, failureRate = 0.005): Forecast =>
  forecast({ plan, sessionsPerSecond, failureRate });
const minutes = ({ stages }: Forecast): number[] => stages.map(({ ms }) => Math.round(ms / 60_000));

describe('the forecast of a plan with stages', () => {
  it('is its soaks where there is traffic enough, each until its last slot has closed', () => {
    const busy = at(standard, 100);
    expect(busy.stages.map(({ ms, waitsFor }) => [Math.round(ms / 1000), waitsFor])).toEqual([
      [915, 'soak'],
      [1815, 'soak'],
      [1815, 'soak'],
      [1815, 'soak'],
    ]);
    expect(busy).toMatchObject({ concludes: 'in-time', needsPerson: false });
    expect(busy.slowMs).toBe(busy.totalMs);
    // 5, 25 and 50 % of 100 sessions/s; the bake is everybody.
    expect(busy.canarySessions / (5 * 915 + 25 * 1815 + 50 * 1815)).toBeCloseTo(1, 4);
  });

  it('is what the sessions of a stage take to come where that is longer', () => {
    // 100 of 5 % of 10 a minute: 200 min.
    const [first] = at(standard, 10 / 60).stages;
    expect(first).toMatchObject({ waitsFor: 'sessions', weightBp: 500 });
    expect(first?.ms).toBe(12_000_000 + 15_000);
  });

  it('counts that a slot without a session of an arm grows, and is credited once', () => {
    const [first] = at(planOf('few', { ...standardPlan, minSessions: 1 }), 0.1).stages;
    // A base slot of 10 s has 0.05 canary and 0.95 stable sessions.
    const canary = 1 - Math.exp(-0.05);
    const stable = 1 - Math.exp(-0.95);
    const slots = 1 / canary + 1 / stable - 1 / (1 - Math.exp(-1));
    expect(first?.ms).toBeCloseTo(900_000 * slots + 15_000, 3);
  });

  it('cannot conclude from the first session on that is missing, and says so at once with what helps', () => {
    const only = planOf('only', {
      stages: [{ percent: 50, soak: '1m' }],
      bake: '1m',
      minSessions: 3600,
      maxDuration: '3h',
    });
    // 2 h at 50 %, 1 h at 100 %, and the two closings.
    expect(at(only, 1).totalMs).toBe(3 * 3_600_000 + 30_000);
    expect(at(only, 1).concludes).toBe('too-late');
    expect(at(only, 1.003).concludes).toBe('in-time');
    expect(forecastWarnings(only, at(only, 1.003))).toEqual([]);
    expect(forecastWarnings(only, at(only, 1))).toEqual([
      'It cannot conclude within the longest duration of 3 h: the stage at 50 % takes 2 h to see its sessions; a person must decide then. ' +
        'What helps: `--plan quiet`, which goes on without proof and says so; fewer `minSessions`, or larger percentages; `maxDuration` above 3 h 1 min.',
    ]);
  });

  it('of plan quiet goes on without proof: each stage that is left lasts its soak', () => {
    // The first stage lasts to the longest duration of a day, then 2 h and a bake of 2 h.
    expect(at(quiet, 0.001)).toMatchObject({ concludes: 'too-late', totalMs: 28 * 3_600_000 });
    expect(forecastWarnings(quiet, at(quiet, 0.001))).toEqual([expect.stringContaining('ends promoted-unproven')]);
  });

  it('has the time of an audience, which exposes nobody by bucket, and says where a person is needed', () => {
    const gated = planOf('gated', {
      stages: [
        { audience: 'staff', soak: '1d' },
        { percent: 5, soak: '15m', gate: 'person' },
      ],
    });
    const expected = at(gated, 10);
    expect(expected.stages[0]).toMatchObject({ audience: 'staff', ms: 86_400_000, canarySessions: 0 });
    expect(expected.needsPerson).toBe(true);
    expect(explainForecast(gated, expected)).toBe(
      'At 10 sessions/s and 0.5 % errors: staff 24 h, 5 % 15 min, bake 30 min. 24 h 46 min in all, and the time that ' +
        'a person takes; 460 sessions get the canary before 100 %.',
    );
    expect(at(planOf('capped', { ...standardPlan, cap: 50 }), 10).needsPerson).toBe(true);
    expect(at(planOf('observing', { ...standardPlan, mode: 'observe' }), 10).needsPerson).toBe(true);
  });
});

describe('the forecast of an adaptive plan', () => {
  it('lasts 10 min where evidence comes sooner, else until it is there', () => {
    expect(minutes(at(adaptive, 1000))).toEqual([11, 30]);
    expect(at(adaptive, 1000).stages[0]?.waitsFor).toBe('soak');
    const usual = at(adaptive, 1);
    expect(usual.stages[0]).toMatchObject({ kind: 'ramp', waitsFor: 'evidence' });
    expect(usual.slowMs).toBeGreaterThan(1.4 * usual.totalMs);
    expect(explainForecast(adaptive, usual)).toMatch(/, one in ten over [\w ]+ and longer where it is held;/);
    // Where stable was counted before, about 1,500 canary sessions at up to 25 % of 1/s are enough.
    const before = { sessions: 2000, failed: 10 };
    const known = forecast({ plan: adaptive, sessionsPerSecond: 1, failureRate: 0.005, before });
    expect(known.canarySessions).toBeGreaterThan(1300);
    expect(known.canarySessions).toBeLessThan(1700);
    // Else the baseline's first 2,000 sessions are needed to know what is usual: those of 45 min at 75 %.
    expect((usual.totalMs - known.totalMs) / 60_000).toBeGreaterThan(30);
    expect((usual.totalMs - known.totalMs) / 60_000).toBeLessThan(45);
  });

  it('begins with what the budget allows: 5 % at most, 0.01 % at least', () => {
    expect([1, 10, 100, 1000, 1e6].map((rate) => at(adaptive, rate).firstBp)).toEqual([500, 333, 33, 3, 1]);
  });

  it('says from 3,333 sessions/s on that the lowest weight exceeds the budget', () => {
    expect(at(adaptive, 3333).overBudget).toBe(false);
    expect(at(adaptive, 3334).overBudget).toBe(true);
    expect(forecastWarnings(adaptive, at(adaptive, 3334))).toEqual([
      'Above 3,333 sessions/s even the lowest weight, 0.01 %, may fail more than the 10 sessions of the budget before a bad canary is taken back.',
    ]);
  });

  it('never ends where the budget keeps the ramp below its highest weight', () => {
    // B / (lambda tau_r 1e-4) < 25 % above 13,333 sessions/s.
    const busiest = at(adaptive, 13_400);
    expect(busiest).toMatchObject({ totalMs: Infinity, concludes: 'too-late' });
    expect(forecastWarnings(adaptive, busiest)[1]).toContain('a greater `budget` or a lower `highest`');
    expect(at(adaptive, 13_200).concludes).toBe('in-time');
  });

  it('offers plan quiet and more time where there is too little traffic for evidence, and the looser margin to a strict plan', () => {
    expect(forecastWarnings(adaptive, at(adaptive, 0.02))[0]).toMatch(
      /cannot conclude.*`--plan quiet`.*`maxDuration` above \d+ d/,
    );
    expect(forecastWarnings(adaptive, at(adaptive, 0.02))[0]).not.toContain('strictness');
    const strict = planOf('strict', { ...adaptivePlan, strictness: 'strict' });
    expect(forecastWarnings(strict, at(strict, 0.02))[0]).toContain("the looser margin, `strictness: 'default'`");
    // Half of the rollouts conclude within a day, nine of ten do not.
    expect(at(adaptive, 0.2).concludes).toBe('perhaps');
  });
});

describe('a forecast', () => {
  it('has no NaN, and more traffic never takes a plan with stages longer', () => {
    const rate = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const errors = fc.double({ min: 0, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(standard, adaptive, quiet), rate, errors, (plan, sessionsPerSecond, failureRate) => {
        const expected = forecast({ plan, sessionsPerSecond, failureRate });
        const numbers = [expected.totalMs, expected.slowMs, expected.canarySessions];
        expect(numbers.some((value) => Number.isNaN(value) || value < 0)).toBe(false);
        expect(expected.slowMs).toBeGreaterThanOrEqual(expected.totalMs);
        expect(explainForecast(plan, expected)).not.toMatch(/NaN|Infinity|undefined/);
        // Slots are shorter from 100 sessions/s on, which is another plan.
        if (plan.ramp === null && (sessionsPerSecond > 100 || 2 * sessionsPerSecond < 100)) {
          expect(at(plan, 2 * sessionsPerSecond, failureRate).totalMs).toBeLessThanOrEqual(expected.totalMs);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

describe('the recommended plan', () => {
  it.each([
    [10, 'quiet'],
    [3000, 'quiet'],
    [5000, 'standard'],
    [12_000, 'standard'],
    [50_000, 'adaptive'],
    [100_000_000, 'adaptive'],
    // Too much traffic for its budget: a plan without one would risk more.
    [2_000_000_000, 'adaptive'],
  ])('for %d sessions a day is %s', (perDay, name) => {
    const traffic = { sessionsPerSecond: perDay / 86_400, failureRate: 0.005 };
    expect(recommendPlan([adaptive, standard, quiet], traffic).plan.name).toBe(name);
  });
});
