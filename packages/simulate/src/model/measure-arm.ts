import type { ArmCounts, ArmMeasurements, Histogram, Loads, Metric } from '@sluice/core';
import { binomial, hypergeometric } from '../random/binomial.js';
import type { Random } from '../random/random.js';
import { behavioursOf, type Behaviours } from './behaviour.js';
import { drawLoads, logNormal, type LoadDistribution } from './load-times.js';
import type { Scenario } from './scenario.js';

/** What is measured of the sessions of an arm besides whether they failed, by what the plan's rules ask for. */
export interface Measuring {
  readonly random: Random;
  readonly calm: Behaviours;
  readonly incident: Behaviours;
  readonly loads: boolean;
  readonly remote: boolean;
  readonly cold: { readonly canary: number; readonly baseline: number };
  readonly distributions: {
    readonly canary: { readonly cold: LoadDistribution; readonly warm: LoadDistribution };
    readonly baseline: { readonly cold: LoadDistribution; readonly warm: LoadDistribution };
  };
}

export function createMeasuring(scenario: Scenario, random: Random): Measuring {
  const { loads, defect, plan } = scenario;
  const has = (is: (metric: Metric) => boolean): boolean => plan.rules.metrics.some(is);
  const distributions = (factor: number): Measuring['distributions']['canary'] => ({
    cold: logNormal(loads.coldMs * factor, loads.spread),
    warm: logNormal(loads.warmMs * factor, loads.spread),
  });
  return {
    random,
    calm: behavioursOf(scenario, false),
    incident: behavioursOf(scenario, true),
    loads: has(({ kind }) => kind === 'quantile'),
    remote: has((metric) => metric.kind === 'rate' && metric.of === 'load-failed'),
    cold: { canary: loads.canaryCold, baseline: loads.baselineCold },
    distributions: { canary: distributions(defect.loadFactor), baseline: distributions(1) },
  };
}

interface ArmOf extends ArmCounts {
  readonly arm: 'canary' | 'baseline';
  readonly isIncident: boolean;
}

/** The arm's measurements, and those of one half of it. */
export function measureArm(
  measuring: Measuring,
  of: ArmOf,
): { readonly arm: ArmMeasurements; readonly half: ArmCounts } {
  const { random } = measuring;
  const { sessions, failed } = of;
  const behaviour = (of.isIncident ? measuring.incident : measuring.calm)[of.arm];
  const chance = behaviour.failed === 0 ? 0 : behaviour.loadFailed / behaviour.failed;
  const loadFailed = measuring.remote || measuring.loads ? binomial(random, failed, chance) : 0;
  return {
    arm: {
      sessions,
      failed,
      ...(measuring.remote ? { loadFailed } : {}),
      ...(measuring.loads ? { loads: loadsOf(measuring, of.arm, { sessions, unloaded: loadFailed }) } : {}),
    },
    half: of.arm === 'canary' ? none : halfOf(random, of),
  };
}

const none: ArmCounts = { sessions: 0, failed: 0 };

function halfOf(random: Random, { sessions, failed }: ArmCounts): ArmCounts {
  const part = binomial(random, sessions, 0.5);
  return { sessions: part, failed: hypergeometric(random, { whole: sessions, part, of: failed }) };
}

function loadsOf(
  { random, cold, distributions }: Measuring,
  arm: 'canary' | 'baseline',
  of: { readonly sessions: number; readonly unloaded: number },
): { readonly cold: Loads; readonly warm: Loads } {
  const loaded = of.sessions - of.unloaded;
  const coldLoaded = binomial(random, loaded, cold[arm]);
  const coldUnloaded = binomial(random, of.unloaded, cold[arm]);
  const draw = (which: 'cold' | 'warm', count: number): Histogram =>
    drawLoads(random, distributions[arm][which], count);
  return {
    cold: { unloaded: coldUnloaded, histogram: draw('cold', coldLoaded) },
    warm: { unloaded: of.unloaded - coldUnloaded, histogram: draw('warm', loaded - coldLoaded) },
  };
}
