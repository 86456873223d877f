import { errorsMetric, guardrailMetric, type AnalysisRules, type Plan } from '@sluice/core';
import { parsePlan, standardPlan } from '@sluice/schema';
import {
  noDefect,
  simulateRollout,
  summarise,
  usualScenario,
  type Defect,
  type Scenario,
  type Summary,
} from './index.js';

export const errorsAlone: AnalysisRules = {
  strictness: 'default',
  metrics: [errorsMetric('default')],
  newErrors: null,
};

function standard(): Plan {
  const parsed = parsePlan('standard', { ...standardPlan, bake: '10s' });
  if (parsed.kind !== 'ok') throw new Error('the test is wrong');
  return parsed.value;
}

/** The standard ramp of 75 minutes, judged by errors alone; 100 % is the end. */
export const ramp: Plan = { ...standard(), rules: errorsAlone };

/** The same, with every process configured. */
export const rampOfAll: Plan = {
  ...standard(),
  rules: { ...standard().rules, metrics: [...standard().rules.metrics, guardrailMetric(0.05)] },
};

/** The same weights in 15 minutes: enough for laws that hold at any time. */
export const shortRamp: Plan = {
  ...ramp,
  stages: ramp.stages.map((stage) => ({ ...stage, soakMs: stage.soakMs / 5 })),
};

/** The risk-budgeted ramp with its holdback during a bake. */
export const adaptive: Plan = {
  ...ramp,
  name: 'adaptive',
  stages: [
    { weightBp: 2500, soakMs: 600_000 },
    { weightBp: 9500, soakMs: 10_000 },
  ],
  ramp: { everyMs: 30_000, failedSessions: 10, reactionMs: 30_000, growth: 2 },
};

export const times = (errorFactor: number): Defect => ({ ...noDefect, errorFactor });
export const broken: Defect = { ...noDefect, errorFactor: 0, errorAdd: 0.5 };
/** As bad as the null of the rollback test just allows: p_c = 1.25 p_b + 0.05 percentage points. */
export const borderOfTheNull: Defect = { ...noDefect, errorFactor: 1.25, errorAdd: 0.0005 };

/** So many runs of a scenario: 10 sessions/s, of which 0.5 % fail, on the short ramp, unless it says otherwise. */
export function many(runs: number, of: Partial<Scenario> & { readonly seed?: number }): Summary {
  const scenario = usualScenario({ plan: shortRamp, sessionsPerSecond: 10, errorRate: 0.005, ...of });
  const seed = of.seed ?? 1;
  return summarise(Array.from({ length: runs }, (_, run) => simulateRollout(scenario, { seed, run })));
}
