import { bandOf } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { simulateRollout, usualLoads, usualScenario } from './index.js';
import {
  adaptive,
  borderOfTheNull,
  broken,
  errorsAlone,
  many,
  ramp,
  rampOfAll,
  shortRamp,
  times,
} from './scenarios.fixture.js';

// Laws, on the real reducer and analysis. Seeds are fixed, so that a test says the same today and tomorrow; the bounds
// are the theorem's (alpha) or the issue's, and the runs are few: `npm run bench -- analysis` has many.

describe('a harmless rollout', () => {
  it('D14 is rolled back in at most 1 % of 1,000 simulated ones, and 100 % is reached by all others', () => {
    const { rolledBack, reachedAll } = many(1000, {});
    expect(rolledBack.times).toBeLessThanOrEqual(10);
    expect(reachedAll.times).toBe(1000 - rolledBack.times);
  });

  it.each([1, 10, 100, 1000].flatMap((traffic) => [0.001, 0.005, 0.02].map((rate) => [traffic, rate] as const)))(
    'D14 at %s sessions/s of which a share of %s fails is rolled back in at most 1 of 40',
    (sessionsPerSecond, errorRate) => {
      const { rolledBack, undecided } = many(40, { sessionsPerSecond, errorRate, seed: 2 });
      expect([rolledBack.times <= 1, undecided.times]).toEqual([true, 0]);
    },
  );

  it('D14 at the exact border of the null, p_c = 1.25 p_b + 0.05 pp, is rolled back in at most 1 % of 1,000', () => {
    const { rolledBack } = many(1000, { defect: borderOfTheNull, seed: 3 });
    expect(rolledBack.times).toBeLessThanOrEqual(10);
  });

  it('with all processes configured is rolled back in at most 1 % of 100', () => {
    const plan = { ...rampOfAll, stages: shortRamp.stages };
    expect(many(100, { plan, seed: 4 }).rolledBack.times).toBeLessThanOrEqual(1);
  });

  it('D18 with a cold cache and identical code is rolled back in at most 1 % of 100', () => {
    const plan = { ...rampOfAll, stages: shortRamp.stages };
    const loads = { ...usualLoads, baselineCold: 0.05, canaryCold: 1 };
    const { rolledBack, suspect } = many(100, { plan, loads, sessionsPerSecond: 50, seed: 5 });
    expect([rolledBack.times <= 1, suspect.times]).toEqual([true, 0]);
  });

  it('under an incident of both versions, ten-fold across a step of the ramp, is rolled back in at most 1 % of 300', () => {
    const incident = { startMs: 120_000, lengthMs: 240_000, factor: 10, rate: 0 };
    expect(many(300, { incident, seed: 6 }).rolledBack.times).toBeLessThanOrEqual(3);
  });

  it('D27 of users who return every 10 minutes, heavy and light, causes no alarm and is rolled back in at most 1 of 100', () => {
    const users = { kind: 'returning', everyMs: 600_000, share: 0.5, persistent: false } as const;
    const { rolledBack, suspect, undecided } = many(100, { users, plan: ramp, seed: 7 });
    expect([rolledBack.times <= 1, suspect.times, undecided.times]).toEqual([true, 0, 0]);
  });

  it('of clients that fail whenever they come is rolled back in at most 1 of 100', () => {
    const users = { kind: 'returning', everyMs: 600_000, share: 1, persistent: true } as const;
    const { rolledBack, suspect } = many(100, { users, errorRate: 0.02, seed: 8 });
    expect([rolledBack.times <= 1, suspect.times]).toEqual([true, 0]);
  });

  it('D19 whose weights take 5 minutes to reach everybody causes no alarm and is rolled back in at most 1 of 200', () => {
    const { rolledBack, suspect } = many(200, { propagationMs: 300_000, seed: 9 });
    expect([rolledBack.times <= 2, suspect.times]).toEqual([true, 0]);
  });
});

describe('telemetry that is not to be believed', () => {
  it.each([
    { seen: '9 %', canaryShare: 1.8 },
    { seen: '1 %', canaryShare: 0.2 },
  ])('D19 a canary at 5 that is observed at $seen suspends the verdict and is never promoted', ({ canaryShare }) => {
    const { suspect, reachedAll } = many(50, { canaryShare, longestMs: 3_600_000, seed: 10 });
    expect([suspect.times, reachedAll.times]).toEqual([50, 0]);
  });

  it('D28 half of the tabs are closed before the outcome: no alarm, and rolled back in at most 1 of 100', () => {
    const { rolledBack, suspect, undecided } = many(100, { leaving: 0.5, seed: 11 });
    expect([rolledBack.times <= 1, suspect.times, undecided.times]).toEqual([true, 0, 0]);
  });
});

describe('a bad canary', () => {
  it('D15 with twice the errors is rolled back in at least 95 % of 100, within 25,000 canary sessions in the median', () => {
    const at = { plan: ramp, sessionsPerSecond: 50, errorRate: 0.01, defect: times(2), seed: 12 };
    const { rolledBack, exposed } = many(100, at);
    expect(rolledBack.times).toBeGreaterThanOrEqual(95);
    expect(exposed?.median).toBeLessThan(25_000);
  });

  it('D16 with sparse errors against a clean baseline is rolled back once there are enough sessions', () => {
    const clean = { errorRate: 0, defect: { ...broken, errorAdd: 0.005 } };
    const { rolledBack, exposed } = many(100, { plan: ramp, ...clean, seed: 13 });
    expect(rolledBack.times).toBe(100);
    expect(exposed?.median).toBeLessThan(1500);
  });

  it.each([10, 100])('with five times the errors at %s sessions/s exposes at most 700 canary sessions', (traffic) => {
    const { rolledBack, exposed } = many(200, { plan: ramp, sessionsPerSecond: traffic, defect: times(5), seed: 14 });
    expect(rolledBack.times).toBe(200);
    expect(exposed?.mean).toBeLessThanOrEqual(700);
    expect(exposed?.median).toBeLessThanOrEqual(700);
  });

  it('with five times the errors, all processes configured, exposes at most 800', () => {
    const { exposed } = many(100, { plan: rampOfAll, sessionsPerSecond: 100, defect: times(5), seed: 15 });
    expect(exposed?.mean).toBeLessThanOrEqual(800);
  });

  it('that is broken at 10 sessions/s exposes at most 20', () => {
    const { rolledBack, exposed } = many(200, { defect: broken, seed: 16 });
    expect(rolledBack.times).toBe(200);
    expect(exposed?.median).toBeLessThanOrEqual(20);
  });

  it.each([1, 10, 100, 1000])('that is broken on the adaptive ramp at %s sessions/s exposes about 20', (traffic) => {
    const at = { plan: adaptive, sessionsPerSecond: traffic, defect: broken, seed: 17 };
    const { rolledBack, exposed } = many(50, at);
    expect(rolledBack.times).toBe(50);
    expect(exposed?.median).toBeLessThanOrEqual(20);
  });

  it('D26 with three times the errors is promoted through an incident of both versions in at most 2 % of 150', () => {
    const incident = { startMs: 480_000, lengthMs: 180_000, factor: 1, rate: 0.5 };
    const { reachedAll } = many(150, { plan: adaptive, defect: times(3), incident, seed: 18 });
    expect(reachedAll.times).toBeLessThanOrEqual(3);
  });

  it('D26 a harmless version is promoted in spite of the incident, later', () => {
    const incident = { startMs: 480_000, lengthMs: 180_000, factor: 1, rate: 0.5 };
    const { reachedAll, allMs } = many(30, { plan: adaptive, incident, seed: 19 });
    expect(reachedAll.times).toBe(30);
    expect(allMs?.median).toBeGreaterThan(900_000);
  });

  it('that is 50 % slower at 10 sessions/s, judged by load time alone, exposes at most 165 in the mean', () => {
    const metrics = rampOfAll.rules.metrics.filter(({ name }) => name === 'load-time');
    const plan = { ...ramp, rules: { ...errorsAlone, metrics } };
    const { rolledBack, exposed } = many(100, { plan, defect: { ...times(1), loadFactor: 1.5 }, seed: 20 });
    expect(rolledBack.times).toBe(100);
    expect(exposed?.mean).toBeLessThanOrEqual(165);
  });
});

describe('the band of the ratio', () => {
  it.each([1, 2, 4])('holds a true ratio of %s over a whole rollout in at least 95 % of 150', (ratio) => {
    // Nothing is taken back here, so that the band is looked at to the end.
    const plan = {
      ...shortRamp,
      mode: 'observe' as const,
      stages: [{ weightBp: 2500, soakMs: 600_000 }, ...shortRamp.stages.slice(-1)],
    };
    const at = usualScenario({
      plan,
      sessionsPerSecond: 20,
      errorRate: 0.02,
      defect: times(ratio),
      longestMs: 700_000,
    });
    let missed = 0;
    for (let run = 0; run < 150; run += 1) {
      let outside = false;
      simulateRollout(at, {
        seed: 21,
        run,
        watch({ analysis }) {
          const { lower, upper } = bandOf(analysis.likelihood);
          if ((lower ?? 0) > ratio || (upper ?? Infinity) < ratio) outside = true;
        },
      });
      if (outside) missed += 1;
    }
    expect(missed).toBeLessThanOrEqual(7);
  });
});
