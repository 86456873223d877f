import type { AnalysisState } from '../analysis/analysis.js';
import type { HoldReason } from '../analysis/judge.js';
import type { Actor, Outcome } from '../documents/history.js';
import type { AppId, VersionId } from '../ids.js';
import type { Obstacle, OverrideName } from './obstacle.js';
import type { AdaptiveRamp, Plan, Stage } from './plan.js';

/** Where a rollout stands in its plan. */
export interface StageProgress {
  /** 0-based; the last stage is the bake at 100 %. */
  readonly index: number;
  readonly enteredAtMs: number;
  /** Canary's share in basis points: the plan's, or what an adaptive ramp has come to. */
  readonly weightBp: number;
  /** When that was last looked at. */
  readonly weighedAtMs: number;
  /** Generation of the pointer that set this weight. */
  readonly revision: number;
  /** Generation of the first pointer of this stage; slots of older revisions do not count here. */
  readonly firstRevision: number;
  /** Slot time of closed, healthy, observed slots. */
  readonly creditedMs: number;
  readonly canarySessions: number;
  readonly baselineSessions: number;
  /** Watched time in this stage: see {@link Watch}. */
  readonly watchedMs: number;
  /** The stage took longer than the plan's deadline. */
  readonly degraded: boolean;
}

/** Time in which the controller looked and nothing stopped the ramp; pauses, freezes and gaps do not count. */
interface Watch {
  /** When it last looked; epoch milliseconds. */
  readonly lastMs: number;
  readonly totalMs: number;
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

/** Something that Sluice would do or wants a person to do, since when and why. */
interface Finding {
  readonly sinceMs: number;
  readonly why: string;
}

/** The rollout of another app whose canary this one needs: with the same salt it reaches only users who have that. */
export interface Follows {
  readonly app: AppId;
  readonly version: VersionId;
}

/** One attempt to replace stable by canary, with its frozen plan. The whole state that decisions depend on. */
export interface Rollout {
  readonly id: string;
  readonly app: AppId;
  /** Apps that move together have one name; null for an app alone. */
  readonly group: string | null;
  readonly stable: VersionId;
  readonly canary: VersionId;
  readonly salt: string;
  readonly plan: Plan;
  readonly startedAtMs: number;
  readonly startedBy: Actor;
  readonly reason: string;
  readonly commit: string | null;
  /** False: it migrates what users store; only a person takes it back. */
  readonly rollbackSafe: boolean;
  readonly follows: Follows | null;
  /** Fixed by the first traffic that is seen; null until then where the plan says `auto`. */
  readonly baseSlotMs: number | null;
  readonly stage: StageProgress;
  /** Id of the last slot that was applied, 0 before the first. */
  readonly lastSlot: number;
  readonly analysis: AnalysisState;
  readonly watch: Watch;
  /** Evidence holds the ramp since then. */
  readonly heldSinceMs: number | null;
  /** Reasons to hold that a person went on in spite of; each ends when it ends. */
  readonly waivedHolds: readonly HoldReason[];
  readonly paused: Pause | null;
  /** What the world puts in the way: a freeze, stop-the-line, a limit, a dependency, a global alarm. */
  readonly obstacle: (Obstacle & { readonly sinceMs: number }) | null;
  /** Rules that a person overrode by name, for this rollout. */
  readonly waived: readonly OverrideName[];
  /** Telemetry cannot be reached since then. */
  readonly telemetryLostSinceMs: number | null;
  /** The longest duration is over without a conclusion. */
  readonly inconclusive: boolean;
  /** The evidence says "take it back", and the version may be taken back by a person only. */
  readonly needsPerson: Finding | null;
  /** In mode observe: what Sluice would have done last. */
  readonly wouldHave: (Finding & { readonly action: 'advance' | 'promote' | 'roll-back' }) | null;
  /** The pointer was changed outside Sluice since then; nothing moves until a person says what shall be. */
  readonly driftedSinceMs: number | null;
  /** A person chose 100 %. */
  readonly promotedBy: Actor | null;
  readonly end: RolloutEnd | null;
}

/** The stage a rollout is in. */
export function stageOf(rollout: Rollout): Stage {
  return stageNumbered(rollout, rollout.stage.index);
}

export function stageNumbered(rollout: Rollout, index: number): Stage {
  const stage = rollout.plan.stages[index];
  if (stage === undefined) throw new RangeError(`stage ${String(index)} is not in the plan`);
  return stage;
}

export function isRunning(rollout: Rollout | null | undefined): rollout is Rollout {
  return rollout !== null && rollout !== undefined && rollout.end === null;
}

/** The last stage: everybody (or all but a holdback) has the canary, and it is watched. */
export function isBaking(rollout: Rollout): boolean {
  return rollout.stage.index === rollout.plan.stages.length - 1;
}

/** The stage whose weight follows the risk budget; undefined where the plan has none or it is over. */
export function adaptiveRampOf(rollout: Rollout): AdaptiveRamp | undefined {
  return rollout.plan.ramp === null || isBaking(rollout) || stageOf(rollout).audience !== undefined
    ? undefined
    : rollout.plan.ramp;
}

/** Canary's share now, as people read it. */
export function percentOf(rollout: Rollout): string {
  return `${String(rollout.stage.weightBp / 100)} %`;
}
