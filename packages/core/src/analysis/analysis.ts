import type { ProcessState } from './error-process.js';
import { createProcess, updateProcess } from './error-process.js';
import type { ArmCounts, Slot } from './slot.js';
import type { Strictness } from './specs.js';
import { holdSpec, horizonOf, lnHoldAt, lnRollbackAt, minFailedSubjects, rollbackSpec } from './specs.js';

/** Everything the analysis remembers of a rollout: O(1), JSON-serialisable, replayable bit for bit. */
export interface AnalysisState {
  readonly strictness: Strictness;
  /** H, in slots of 10 s. */
  readonly horizon: number;
  readonly totals: { readonly canary: ArmCounts; readonly baseline: ArmCounts };
  readonly rollback: ProcessState;
  readonly hold: ProcessState;
  /** Evidence holds the ramp: E reached 20 and did not fall below 1 since. */
  readonly held: boolean;
  /** Latched at the first crossing: the canary is to be taken back. */
  readonly failed: boolean;
}

export interface AnalysisOptions {
  /** The plan's longest duration, bake included. */
  readonly maxDurationMs: number;
  readonly strictness: Strictness;
}

export function createAnalysis(options: AnalysisOptions): AnalysisState {
  const horizon = horizonOf(options.maxDurationMs);
  const none: ArmCounts = { sessions: 0, failed: 0 };
  return {
    strictness: options.strictness,
    horizon,
    totals: { canary: none, baseline: none },
    rollback: createProcess(rollbackSpec(horizon, options.strictness)),
    hold: createProcess(holdSpec(horizon)),
    held: false,
    failed: false,
  };
}

/** The analysis after one more closed slot. */
export function applySlot(state: AnalysisState, slot: Slot): AnalysisState {
  const counts = {
    nc: slot.canary.sessions,
    nb: slot.baseline.sessions,
    ec: slot.canary.failed,
    eb: slot.baseline.failed,
  };
  const step = { counts, slots: slot.lengthMs / 10_000 };
  const rollback = updateProcess(state.rollback, rollbackSpec(state.horizon, state.strictness), step);
  const hold = updateProcess(state.hold, holdSpec(state.horizon), step);
  const totals = {
    canary: add(state.totals.canary, slot.canary),
    baseline: add(state.totals.baseline, slot.baseline),
  };
  // A subject that failed is counted no more in its rollout, so failed sessions are different subjects.
  const crossed = rollback.lnE >= lnRollbackAt && totals.canary.failed >= minFailedSubjects;
  return {
    ...state,
    totals,
    rollback,
    hold,
    held: state.held ? hold.lnE >= 0 : hold.lnE >= lnHoldAt,
    failed: state.failed || crossed,
  };
}

function add(a: ArmCounts, b: ArmCounts): ArmCounts {
  return { sessions: a.sessions + b.sessions, failed: a.failed + b.failed };
}
