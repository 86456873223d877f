import { describe, expect, it } from 'vitest';
import { createRandom } from '../random/random.js';
import { adaptive, broken, ramp, rampOfAll, shortRamp, times } from '../scenarios.fixture.js';
import { createArrivals } from './arrivals.js';
import { drawLoads, logNormal } from './load-times.js';
import { noDefect, usualScenario, type Scenario } from './scenario.js';
import { simulateRollout } from './simulate-rollout.js';
import { SlotLine } from './slot-line.js';

const usual = usualScenario({ plan: ramp, sessionsPerSecond: 100, errorRate: 0.02 });
const minute = { isIncident: false, weightBp: 2500, revision: 1, known: 1, weightBeforeBp: 500 } as const;

/** Sums of an hour, minute by minute. */
function hour(scenario: Scenario, more: object = {}) {
  const arrivals = createArrivals(scenario, createRandom(3));
  const sums = { nc: 0, ec: 0, nb: 0, eb: 0, half: 0, halfFailed: 0, exposed: 0 };
  for (let i = 0; i < 60; i += 1) {
    const { canary, baseline, half, all } = arrivals.take({
      ...minute,
      fromMs: i * 60_000,
      toMs: (i + 1) * 60_000,
      ...more,
    });
    sums.nc += canary.sessions;
    sums.ec += canary.failed;
    sums.nb += baseline.sessions;
    sums.eb += baseline.failed;
    sums.half += half.sessions;
    sums.halfFailed += half.failed;
    sums.exposed += all.canary.exposed;
  }
  return sums;
}

/** Within 4 standard deviations of a count. */
function near(seen: number, expected: number): void {
  expect(Math.abs(seen - expected)).toBeLessThan(4 * Math.sqrt(expected));
}

describe('traffic', () => {
  it('comes as often, is split and fails as the scenario says', () => {
    const { nc, ec, nb, eb, half, halfFailed } = hour({ ...usual, defect: times(3) });
    near(nc, 90_000);
    near(nb, 270_000);
    near(ec, 5400);
    near(eb, 5400);
    near(half, 135_000);
    near(halfFailed, 2700);
  });

  it('pages that do not know the weight yet have the one before, and are not counted', () => {
    const { nc, exposed } = hour(usual, { known: 0.5 });
    near(nc, 45_000);
    near(exposed, 45_000 + 9000);
  });

  it('D28 a tab that is closed before its outcome has the version, and counts nowhere', () => {
    const { nc, nb, exposed } = hour({ ...usual, leaving: 0.4 });
    near(nc, 54_000);
    near(nb, 162_000);
    near(exposed, 90_000);
  });

  it('an incident happens to both versions', () => {
    const incident = { startMs: 0, lengthMs: 60_000, factor: 10, rate: 0 };
    const { ec, eb } = hour({ ...usual, incident }, { isIncident: true });
    near(ec, 18_000);
    near(eb, 54_000);
  });

  it('who comes back every 10 minutes is counted once a revision, and after a failure never', () => {
    const users = { kind: 'returning', everyMs: 600_000, share: 1, persistent: true } as const;
    const { nc, ec, exposed } = hour({ ...usual, users });
    near(nc, 15_000);
    near(ec, 300);
    expect(exposed).toBe(6 * nc);
  });

  it('who comes back and fails by chance is counted as failed once', () => {
    const users = { kind: 'returning', everyMs: 600_000, share: 1, persistent: false } as const;
    const arrivals = createArrivals({ ...usual, users }, createRandom(4));
    let failed = 0;
    for (let i = 0; i < 60; i += 1) {
      const span = { ...minute, revision: i < 30 ? 1 : 2, fromMs: i * 60_000, toMs: (i + 1) * 60_000 };
      failed += arrivals.take(span).canary.failed;
    }
    near(failed, 15_000 * (0.02 + 0.98 * 0.02));
  });

  it('load times are drawn one by one and by bucket alike', () => {
    const random = createRandom(5);
    const distribution = logNormal(800, 0.6);
    const above = (count: number): number =>
      drawLoads(random, distribution, count).reduce((sum, [bucket, n]) => sum + (bucket > 92 ? n : 0), 0);
    let [single, together] = [0, 0];
    for (let i = 0; i < 2000; i += 1) single += above(20);
    for (let i = 0; i < 4; i += 1) together += above(10_000);
    // Edge 92 is 801 ms, the median.
    near(single, 20_000);
    near(together, 20_000);
  });
});

describe('slots', () => {
  const none = { sessions: 0, failed: 0 };
  const arrived = (canary: number, baseline: number) => ({
    canary: { sessions: canary, failed: 0 },
    baseline: { sessions: baseline, failed: 0 },
    half: none,
    all: { canary: { ...none, exposed: 0, exposedFailed: 0 }, baseline: { ...none, exposed: 0, exposedFailed: 0 } },
  });
  const line = (kind: 'comparison' | 'guardrail' = 'comparison'): SlotLine =>
    new SlotLine({ kind, rolloutId: 'r', baseSlotMs: 10_000, closingLagMs: 15_000 }, { revision: 1, weightBp: 500 }, 0);

  it('grow while an arm is unseen, and close 15 s after their end', () => {
    const slots = line();
    slots.add(arrived(0, 9));
    slots.reach(10_000);
    expect([slots.borderMs, slots.dueMs]).toEqual([20_000, Infinity]);
    slots.add(arrived(1, 9));
    slots.reach(20_000);
    expect(slots.dueMs).toBe(35_000);
    expect(slots.takeClosed(34_999)).toEqual([]);
    expect(slots.takeClosed(35_000)).toMatchObject([{ lengthMs: 20_000, canary: { sessions: 1 }, revision: 1 }]);
  });

  it('end at once when the weight changes', () => {
    const slots = line();
    slots.add(arrived(1, 9));
    slots.follow({ revision: 2, weightBp: 2500 }, 4000);
    expect(slots.takeClosed(19_000)).toMatchObject([{ lengthMs: 4000, revision: 1, weightBp: 500 }]);
    expect(slots.borderMs).toBe(14_000);
  });

  it('for a limit wait for the canary only', () => {
    const slots = line('guardrail');
    slots.add(arrived(1, 0));
    slots.reach(10_000);
    expect(slots.dueMs).toBe(25_000);
  });
});

describe('a simulated rollout', () => {
  const harmless = usualScenario({ plan: shortRamp, sessionsPerSecond: 20, errorRate: 0.005 });

  it('is the same for the same seed and number, whatever ran before', () => {
    const once = [0, 1, 2].map((run) => simulateRollout(harmless, { seed: 9, run }));
    expect(simulateRollout(harmless, { seed: 9, run: 2 })).toEqual(once[2]);
    expect(once[0]).not.toEqual(once[1]);
  });

  it('goes through the plan, with the closing lag after each stage', () => {
    const { outcome, fullMs, exposed } = simulateRollout(harmless, { seed: 9, run: 0 });
    expect(outcome).toBe('promoted');
    expect(fullMs).toBeGreaterThan(900_000 + 3 * 15_000);
    expect(fullMs).toBeLessThan(900_000 + 3 * 30_000);
    near(exposed, 20 * (180 * 0.05 + 360 * 0.25 + 360 * 0.5 + 26 + 3 * 17 * 0.25));
  });

  it('ends where the canary is broken, and counts sessions until everybody is back', () => {
    const at = { ...harmless, defect: broken };
    const quick = simulateRollout(at, { seed: 9, run: 0 });
    const slow = simulateRollout({ ...at, propagationMs: 60_000 }, { seed: 9, run: 0 });
    expect(quick).toMatchObject({ outcome: 'rolled-back', fullMs: null });
    expect(slow.exposed - quick.exposed).toBeGreaterThan(10);
  });

  it('waits, and ends undecided, where nobody comes', () => {
    const run = simulateRollout({ ...harmless, sessionsPerSecond: 0.001, longestMs: 3_600_000 }, { seed: 9, run: 0 });
    expect(run).toMatchObject({ outcome: 'running', fullMs: null, endMs: 3_600_000 });
  });

  it('measures what the plan asks for: load times, failures to load, a limit', () => {
    const at = usualScenario({ plan: { ...rampOfAll, minSessions: 1 }, sessionsPerSecond: 20, errorRate: 0.005 });
    const slow = simulateRollout({ ...at, defect: { ...noDefect, loadFactor: 3 } }, { seed: 9, run: 0 });
    const remote = simulateRollout({ ...at, defect: { ...noDefect, remoteFactor: 60 } }, { seed: 9, run: 0 });
    expect([slow.outcome, remote.outcome]).toEqual(['rolled-back', 'rolled-back']);
    const seen: string[] = [];
    simulateRollout(
      { ...at, defect: broken },
      {
        seed: 9,
        run: 0,
        watch: ({ analysis }) => seen.push(...Object.keys(analysis.evidence)),
      },
    );
    expect([...new Set(seen)]).toEqual(['errors', 'load-time', 'remote-failures', 'guardrail']);
  });

  it('an adaptive ramp begins with what its budget allows, and ends with a holdback', () => {
    const at = usualScenario({ plan: adaptive, sessionsPerSecond: 100, errorRate: 0.005 });
    const weights: number[] = [];
    const run = simulateRollout(at, { seed: 9, run: 0, watch: ({ stage }) => weights.push(stage.weightBp) });
    expect(weights[0]).toBe(33);
    expect(run).toMatchObject({ outcome: 'promoted', weightBp: 9500 });
  });
});
