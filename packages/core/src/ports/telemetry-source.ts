import type { BaselineBefore } from '../analysis/reference.js';
import type { Slot, SlotRules } from '../analysis/slot.js';
import type { AppId, VersionId } from '../ids.js';

/** What a telemetry source must know to put sessions into slots. */
export interface WatchedRollout {
  readonly rolloutId: string;
  readonly app: AppId;
  readonly stable: VersionId;
  readonly canary: VersionId;
  readonly salt: string;
  /** Canary's share in basis points. */
  readonly weightBp: number;
  /** Generation of the pointer that set this weight. A new revision ends the open slot at once. */
  readonly revision: number;
  /**
   * The highest generation that pages may have read as far as is known. Sessions with a higher one were assigned by a
   * weight that the source was not told of yet: none of them is counted. Absent: not known.
   */
  readonly generation?: number;
  readonly rules: SlotRules;
  /** The last slot that the record has credited; a source that restarts numbers on from there at least. */
  readonly lastSlot: number;
}

/** Where closed slots come from. */
export interface TelemetrySource {
  /** Tells the source which rollouts run now, all of them; others end. Idempotent. */
  watch(rollouts: readonly WatchedRollout[]): Promise<void>;
  /** Closed slots of the rollout with `id > after`, in order, without gaps. Throws `store-unreachable` or `telemetry-unreachable` when it cannot tell. */
  closedSlots(rolloutId: string, after: number): Promise<readonly Slot[]>;
  /** Sessions per second of the app lately, sampling accounted for; undefined or absent where it is not known. */
  sessionsPerSecond?(app: AppId): number | undefined;
  /** What this version did as stable in the last 60 min, for rollouts that start; undefined or absent where nothing is known. */
  baselineBefore?(app: AppId, stable: VersionId): BaselineBefore | undefined;
}

/** One text line per closed slot, kept over restarts. */
export interface SlotJournal {
  /** Appends one line without a line break, durable when it resolves. A torn last line is cut off by the next append. */
  append(rolloutId: string, line: string): Promise<void>;
  /** Whole lines in order; a torn last line is left out. */
  read(rolloutId: string): Promise<readonly string[]>;
}
