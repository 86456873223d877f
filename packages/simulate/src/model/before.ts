import { addHistograms, addNoise, noNoise, nothingBefore, type BaselineBefore, type Noise } from '@sluice/core';
import type { Random } from '../random/random.js';
import { createArrivals } from './arrivals.js';
import type { Scenario } from './scenario.js';

const slots = 360;
const slotMs = 10_000;

/** What telemetry knows of stable: an hour in which `sampleRate` of the pages reported, all as they usually do. */
export function baselineBefore(scenario: Scenario, random: Random): BaselineBefore {
  const { sessionsPerSecond, sampleRate, plan } = scenario;
  const sampled: Scenario = {
    ...scenario,
    sessionsPerSecond: sessionsPerSecond * sampleRate,
    users: { kind: 'new' },
    incident: null,
  };
  const arrivals = createArrivals(sampled, random);
  let before: BaselineBefore = { ...nothingBefore, sessionsPerSecond };
  let noise: Noise = noNoise;
  for (let i = 0; i < slots; i += 1) {
    const { baseline, half } = arrivals.take({ ...stable, fromMs: i * slotMs, toMs: (i + 1) * slotMs });
    noise = addNoise(noise, baseline, half);
    const loads = addHistograms(baseline.loads?.cold.histogram ?? [], baseline.loads?.warm.histogram ?? []);
    before = {
      ...before,
      sessions: before.sessions + baseline.sessions,
      failed: before.failed + baseline.failed,
      histograms: { 'load-time': addHistograms(before.histograms['load-time'] ?? [], loads) },
    };
  }
  const names = plan.rules.metrics.filter(({ kind }) => kind === 'quantile').map(({ name }) => name);
  const histograms = names.includes('load-time') ? before.histograms : {};
  return { ...before, histograms, noise };
}

const stable = { isIncident: false, weightBp: 0, revision: 0, known: 1, weightBeforeBp: 0 } as const;
