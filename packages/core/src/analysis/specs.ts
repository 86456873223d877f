import type { RateNull } from './error-increment.js';
import type { RateMetric, Strictness } from './metric.js';
import type { Restarts } from './mixture.js';

/** Alternatives of harm: how much more often than tolerated. */
export const harmGrid = [1.25, 1.6, 2.2, 3.5, 6, 12, 40, 200] as const;
/** Alternatives of safety, and of harm where less is worse: how much less often. */
export const safetyGrid = [0.6, 0.35, 0.15, 0.02] as const;
/** Alternatives of quantiles: by how much the odds of lying beyond them have grown. */
export const quantileGrid = [1.3, 1.8, 3, 6] as const;
/** Shares of the baseline that lie beyond the quantiles that are compared: 50, 75, 90 and 95 % for `higher`. */
export const tails = [0.5, 0.25, 0.1, 0.05] as const;

/** Slots of 10 s over which restarts are spread, so that harm that begins late is found as well. */
export function horizonOf(maxDurationMs: number): number {
  return Math.max(450, Math.ceil(maxDurationMs / 10_000));
}

/** Tests for harm begin with half of their evidence and spend the rest over the horizon. */
export function harmRestarts(horizon: number): Restarts {
  return { start: 0.5, horizon };
}

export function gridOf({ worse }: Pick<RateMetric, 'worse'>): readonly number[] {
  return worse === 'more' ? harmGrid : safetyGrid;
}

/** Null: the canary fails at most as often as the baseline. */
export const holdNull: RateNull = { rho: 1, delta: 0 };

/** Null: the canary fails at least twice as often plus 0.25 percentage points; strict: 1.5 times plus 0.1. */
export function promoteNull(strictness: Strictness): RateNull {
  return strictness === 'strict' ? { rho: 1.5, delta: 0.001 } : { rho: 2, delta: 0.0025 };
}

/** Evidence at which the canary is rolled back: 1/alpha with alpha 0.01. */
export const lnRollbackAt = Math.log(100);
/** Rollback for errors also needs this many different subjects that failed. */
export const minFailedSubjects = 3;
/** Evidence at which the ramp is held: 1/alpha with alpha 0.05; released below 1. */
export const lnHoldAt = Math.log(20);
/** Evidence at which the canary may go to 100 %: alpha 0.05. */
export const lnPromoteAt = Math.log(20);
/** Evidence at which the shares of the arms are not what was assigned: alpha 0.001. */
export const lnSuspectAt = Math.log(1000);
