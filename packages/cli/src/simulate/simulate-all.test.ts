import { parsePlan, standardPlan } from '@sluice/schema';
import { noDefect, usualScenario } from '@sluice/simulate';
import { describe, expect, it } from 'vitest';
import { createRunsBar } from './runs-bar.js';
import { simulateAll } from './simulate-all.js';
import type { Wish } from './wish.js';

function wishOf(runs: number): Wish {
  const plan = parsePlan('standard', { ...standardPlan, stages: [{ percent: 25, soak: '1m' }], bake: '10s' });
  if (plan.kind === 'invalid') throw new Error('the test is wrong');
  const defect = { ...noDefect, errorFactor: 5 };
  const scenario = usualScenario({ plan: plan.value, sessionsPerSecond: 50, errorRate: 0.01, defect });
  return { scenario, runs, seed: 1, withPeers: false, html: null };
}

describe('a simulation', () => {
  it('runs as many harmless rollouts as bad ones and tells after each how far it is', async () => {
    const shown: number[] = [];
    const found = await simulateAll(wishOf(3), {
      signal: new AbortController().signal,
      show: (done, total) => shown.push(done / total),
    });
    expect([found?.harmless.runs.length, found?.bad?.runs.length]).toEqual([3, 3]);
    expect(shown).toEqual([1, 2, 3, 4, 5, 6].map((done) => done / 6));
  });

  it('that is stopped ends after the rollout that runs', async () => {
    const stop = new AbortController();
    let last = 0;
    const found = await simulateAll(wishOf(1_000_000), {
      signal: stop.signal,
      show(done) {
        last = done;
        // As Ctrl+C does: it comes in between.
        if (done === 3) setImmediate(() => stop.abort());
      },
    });
    expect(found).toBeUndefined();
    expect(last).toBeLessThanOrEqual(4);
  });
});

describe('the bar of a simulation', () => {
  it('is drawn in place on a terminal, ten times a second at most, and taken off in the end', () => {
    const written: string[] = [];
    let nowMs = 0;
    const bar = createRunsBar({ isTTY: true, write: (text) => written.push(text) }, { now: () => nowMs, quiet: false });
    for (let done = 1; done <= 300; done += 1) {
      nowMs += 10;
      bar.show(done, 2000);
    }
    bar.end();
    expect(written).toHaveLength(31);
    expect(written.at(-2)).toMatch(/^\r█+░+ 291\/2,000 rollouts, 17 s left/);
    expect(written.at(-1)).toBe('\r\x1b[K');
  });

  it.each([
    { isTTY: false, quiet: false },
    { isTTY: true, quiet: true },
  ])('is not there in a pipe or with --json: %j', ({ isTTY, quiet }) => {
    const written: string[] = [];
    const bar = createRunsBar({ isTTY, write: (text) => written.push(text) }, { now: () => 0, quiet });
    bar.show(1, 2);
    bar.end();
    expect(written).toEqual([]);
  });
});
