import { lowestWeight } from '../analysis/next-weight.js';
import { nothingBefore, type BaselineBefore } from '../analysis/reference.js';
import { forecastEvidence } from './forecast-evidence.js';
import { forecastSoak } from './forecast-soak.js';
import type { Plan, Stage } from './plan.js';
import { firstWeightBp } from './start.js';

/** What is asked of a plan before a rollout of a harmless canary starts. */
export interface ForecastInput {
  readonly plan: Plan;
  /** lambda: sessions of all users, above 0. */
  readonly sessionsPerSecond: number;
  /** Share of stable's sessions that fail, 0–1. */
  readonly failureRate: number;
  /** What was counted of stable: promote evidence waits until that is enough. Default: nothing. */
  readonly before?: Pick<BaselineBefore, 'sessions' | 'failed'> | undefined;
}

/** How long a stage lasts. Infinite where it cannot end. */
export interface StageLength {
  readonly ms: number;
  /** Canary sessions in it. */
  readonly canarySessions: number;
  /** What it waits for last; `weight`: it cannot come to its highest weight within the plan's longest duration. */
  readonly waitsFor: 'soak' | 'sessions' | 'evidence' | 'weight';
}

export interface StageForecast extends StageLength {
  /** `ramp`: its weight follows a budget. */
  readonly kind: 'fixed' | 'ramp' | 'bake';
  /** Its highest. */
  readonly weightBp: number;
  readonly audience: string | null;
  /** One rollout in ten takes longer than this. */
  readonly slowMs: number;
}

/**
 * How long a rollout takes, and what it exposes, if the canary is harmless and nothing stands in its way. Against
 * simulation the median is right to about a tenth. Of the slowest tenth the wait for evidence is in it; that evidence
 * may hold a harmless canary for a time is not.
 */
export interface Forecast {
  readonly sessionsPerSecond: number;
  readonly failureRate: number;
  /** Weight that it begins with, in basis points. */
  readonly firstBp: number;
  readonly stages: readonly StageForecast[];
  /** With the bake; the median. Where the plan goes on without proof after its longest duration, that is in it. */
  readonly totalMs: number;
  /** One rollout in ten takes longer than this. */
  readonly slowMs: number;
  /** Before the bake; the median. */
  readonly canarySessions: number;
  /**
   * Within the plan's longest duration: `in-time` in at least nine of ten rollouts, `perhaps` in at least half of them,
   * else `too-late`.
   */
  readonly concludes: 'in-time' | 'perhaps' | 'too-late';
  /** Even the lowest weight of the ramp may fail more sessions than its budget before the canary is taken back. */
  readonly overBudget: boolean;
  /** A gate, a cap or observing: the time that a person takes comes on top. */
  readonly needsPerson: boolean;
}

export function forecast(input: ForecastInput): Forecast {
  const { plan, sessionsPerSecond, failureRate } = input;
  const firstBp = firstWeightBp(plan, { ...nothingBefore, sessionsPerSecond });
  const stages = plan.stages.map((stage, index) => stageForecast(input, { stage, index, firstBp }));
  const needed = sum(stages.map(({ ms }) => ms));
  const slowest = sum(stages.map(({ slowMs }) => slowMs));
  const { ramp, maxDurationMs } = plan;
  return {
    sessionsPerSecond,
    failureRate,
    firstBp,
    stages,
    totalMs: endOf(plan, { needed, lengths: stages.map(({ ms }) => ms) }),
    slowMs: endOf(plan, { needed: slowest, lengths: stages.map(({ slowMs }) => slowMs) }),
    canarySessions: sum(stages.slice(0, -1).map(({ canarySessions }) => canarySessions)),
    concludes: slowest <= maxDurationMs ? 'in-time' : needed <= maxDurationMs ? 'perhaps' : 'too-late',
    overBudget: ramp !== null && sessionsPerSecond > mostTraffic(ramp),
    needsPerson:
      plan.mode === 'observe' || plan.capBp < lastBp(plan) || plan.stages.some(({ gate }) => gate === 'person'),
  };
}

/** Sessions per second above which an adaptive ramp's lowest weight exceeds its budget: 3,333 by default. */
export function mostTraffic(ramp: NonNullable<Plan['ramp']>): number {
  return ramp.failedSessions / ((ramp.reactionMs / 1000) * lowestWeight);
}

interface At {
  readonly stage: Stage;
  readonly index: number;
  readonly firstBp: number;
}

function stageForecast(input: ForecastInput, { stage, index, firstBp }: At): StageForecast {
  const { plan } = input;
  const isLast = index === plan.stages.length - 1;
  const weightBp = isLast ? stage.weightBp : Math.min(stage.weightBp, plan.capBp);
  const shown = { weightBp, audience: stage.audience ?? null };
  if (plan.ramp === null || isLast || stage.audience !== undefined) {
    const length = forecastSoak(input, { ...stage, weightBp });
    return { ...shown, ...length, kind: isLast ? 'bake' : 'fixed', slowMs: length.ms };
  }
  const ramp = { ramp: plan.ramp, soakMs: stage.soakMs, highestBp: weightBp, firstBp: index === 0 ? firstBp : 1 };
  const median = forecastEvidence(input, { ...ramp, share: 0.5 });
  const slow = forecastEvidence(input, { ...ramp, share: 0.9 });
  return { ...shown, ...median, kind: 'ramp', slowMs: slow.ms };
}

interface Needed {
  readonly needed: number;
  readonly lengths: readonly number[];
}

/** A plan that goes on without proof does so after its longest duration; each stage still lasts its soak. */
function endOf({ stages, maxDurationMs, onInconclusive }: Plan, { needed, lengths }: Needed): number {
  if (needed <= maxDurationMs || onInconclusive !== 'promote-unproven') return needed;
  let atMs = 0;
  for (const [i, stage] of stages.entries()) {
    const doneMs = atMs + (lengths[i] ?? 0);
    atMs = doneMs <= maxDurationMs ? doneMs : Math.max(maxDurationMs, atMs + stage.soakMs);
  }
  return atMs;
}

function lastBp({ stages }: Plan): number {
  return stages.at(-1)?.weightBp ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
