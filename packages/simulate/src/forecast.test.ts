import { forecast, type Plan } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { simulateRollout, usualScenario } from './index.js';
import { adaptive, ramp } from './scenarios.fixture.js';

function simulated(plan: Plan, sessionsPerSecond: number, runs: number) {
  const scenario = usualScenario({ plan, sessionsPerSecond, errorRate: 0.005 });
  const all = Array.from({ length: runs }, (_, run) => simulateRollout(scenario, { seed: 3, run }));
  const ends = all.map(({ endMs }) => endMs).toSorted((a, b) => a - b);
  const shares = { half: ends[Math.floor(runs / 2)] ?? 0, most: ends[Math.floor(runs * 0.9)] ?? 0 };
  return { ...shares, promoted: all.filter(({ outcome }) => outcome === 'promoted').length };
}

describe('what is forecast before the start is what simulated rollouts of a harmless canary take', () => {
  it.each([
    ['standard at 10/s', ramp, 10, 40],
    ['adaptive at 2/s', adaptive, 2, 100],
    ['adaptive at 10/s', adaptive, 10, 100],
  ] as const)('plan %s', (_name, plan, sessionsPerSecond, runs) => {
    const expected = forecast({ plan, sessionsPerSecond, failureRate: 0.005 });
    const { half, most, promoted } = simulated(plan, sessionsPerSecond, runs);
    expect(promoted).toBeGreaterThan(0.9 * runs);
    expect(half / expected.totalMs).toBeGreaterThan(0.8);
    expect(half / expected.totalMs).toBeLessThan(1.25);
    expect(most / expected.slowMs).toBeGreaterThan(0.75);
    expect(most / expected.slowMs).toBeLessThan(1.35);
  });
});
