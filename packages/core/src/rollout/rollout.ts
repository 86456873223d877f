import type { AnalysisState } from '../analysis/analysis.js';
import type { Actor, Outcome } from '../documents/history.js';
import type { AppId, VersionId } from '../ids.js';
import type { Plan, Stage } from './plan.js';

/** Where a rollout stands in its plan. */
export interface StageProgress {
  /** 0-based; the last stage is the bake at 100 %. */
  readonly index: number;
  readonly enteredAtMs: number;
  /** Generation of the pointer that set this weight; slots of another revision do not count here. */
  readonly revision: number;
  /** Slot time of closed, healthy, observed slots. */
  readonly creditedMs: number;
  readonly canarySessions: number;
  readonly baselineSessions: number;
}

interface Pause {
  readonly sinceMs: number;
  readonly actor: Actor;
  readonly why: string;
}

export interface RolloutEnd {
  readonly outcome: Outcome;
  readonly atMs: number;
  readonly actor: Actor;
  readonly why: string;
}

/** One attempt to replace stable by canary, with its frozen plan. The whole state that decisions depend on. */
export interface Rollout {
  readonly id: string;
  readonly app: AppId;
  readonly stable: VersionId;
  readonly canary: VersionId;
  readonly salt: string;
  readonly plan: Plan;
  readonly startedAtMs: number;
  readonly startedBy: Actor;
  readonly reason: string;
  /** Fixed by the first traffic that is seen; null until then where the plan says `auto`. */
  readonly baseSlotMs: number | null;
  readonly stage: StageProgress;
  /** Id of the last slot that was applied, 0 before the first. */
  readonly lastSlot: number;
  readonly analysis: AnalysisState;
  /** Evidence holds the ramp since then. */
  readonly heldSinceMs: number | null;
  /** A person advanced or promoted in spite of the evidence that holds; ends when that evidence ends. */
  readonly holdWaived: boolean;
  readonly paused: Pause | null;
  /** The pointer was changed outside Sluice since then; nothing moves until a person says what shall be. */
  readonly driftedSinceMs: number | null;
  /** A person chose 100 %. */
  readonly promotedBy: Actor | null;
  readonly end: RolloutEnd | null;
}

/** The stage a rollout is in. */
export function stageOf(rollout: Rollout): Stage {
  const stage = rollout.plan.stages[rollout.stage.index];
  if (stage === undefined) throw new RangeError(`stage ${String(rollout.stage.index)} is not in the plan`);
  return stage;
}

export function isRunning(rollout: Rollout | null | undefined): rollout is Rollout {
  return rollout !== null && rollout !== undefined && rollout.end === null;
}

/** The last stage: everybody has the canary, and it is watched. */
export function isBaking(rollout: Rollout): boolean {
  return rollout.stage.index === rollout.plan.stages.length - 1;
}
