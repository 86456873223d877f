import type { ProcessSpec } from './error-process.js';

export type Strictness = 'default' | 'strict';

const harmGrid = [1.25, 1.6, 2.2, 3.5, 6, 12, 40, 200] as const;

/** Slots of 10 s over which restarts are spread, so that harm that begins late is found as well. */
export function horizonOf(maxDurationMs: number): number {
  return Math.max(450, Math.ceil(maxDurationMs / 10_000));
}

/** Null: the canary fails at most 1.25 times as often as the baseline plus 0.05 percentage points. */
export function rollbackSpec(horizon: number, strictness: Strictness): ProcessSpec {
  const margin = strictness === 'strict' ? { rho: 1.1, delta: 0.0002 } : { rho: 1.25, delta: 0.0005 };
  return { ...margin, grid: harmGrid, start: 0.5, horizon };
}

/** Null: the canary fails at most as often as the baseline. */
export function holdSpec(horizon: number): ProcessSpec {
  return { rho: 1, delta: 0, grid: harmGrid, start: 0.5, horizon };
}

/** Evidence at which the canary is rolled back: 1/alpha with alpha 0.01. */
export const lnRollbackAt = Math.log(100);
/** Rollback also needs this many different subjects that failed. */
export const minFailedSubjects = 3;
/** Evidence at which the ramp is held: 1/alpha with alpha 0.05; released below 1. */
export const lnHoldAt = Math.log(20);
