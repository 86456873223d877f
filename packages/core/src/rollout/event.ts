import type { Slot } from '../analysis/slot.js';
import type { Actor, HistoryKind, Outcome } from '../documents/history.js';
import type { Pointer } from '../documents/pointer.js';
import type { VersionId } from '../ids.js';
import type { Rollout } from './rollout.js';

/** What a command expects to find; what is absent is not checked. */
export interface Expectation {
  readonly version?: VersionId | undefined;
  /** 1-based, as people count. */
  readonly stage?: number | undefined;
  readonly generation?: number | undefined;
}

interface At {
  /** Epoch milliseconds. */
  readonly atMs: number;
}
interface Asked extends At {
  readonly actor: Actor;
  readonly why: string;
  readonly expected: Expectation;
  /** Generation of the pointer as it is now. */
  readonly generation: number;
}
interface Weighs {
  /** Generation that the next pointer will carry. */
  readonly nextGeneration: number;
}

/** Everything that can happen to a rollout. */
export type RolloutEvent =
  | ({ readonly kind: 'slots-fixed'; readonly baseSlotMs: number } & At)
  | ({ readonly kind: 'slot-closed'; readonly slot: Slot } & At)
  | ({ readonly kind: 'ticked' } & At & Weighs)
  | ({ readonly kind: 'advance' } & Asked & Weighs)
  | ({ readonly kind: 'promote' } & Asked & Weighs)
  | ({ readonly kind: 'pause' } & Asked)
  | ({ readonly kind: 'resume' } & Asked)
  | ({ readonly kind: 'abort' } & Asked)
  | ({ readonly kind: 'drifted'; readonly seen: Seen } & At);

/** What the pointer says that a human wrote. */
export type Seen = Pick<Pointer, 'version' | 'canaryVersion' | 'canaryPercent'>;

/** A line for the history, without what only the world knows (its id). */
export interface HistoryDraft {
  readonly kind: HistoryKind;
  readonly atMs: number;
  readonly version: VersionId;
  readonly stable: VersionId;
  readonly actor: Actor;
  readonly why: string;
  readonly automatic: boolean;
  readonly outcome?: Outcome;
  readonly stage?: number;
  readonly percent?: number;
  readonly numbers?: Readonly<Record<string, number>>;
}

/** What the controller must do; described, never done, by the reducer. */
export type Effect = { readonly kind: 'history'; readonly draft: HistoryDraft };

export type RefusalCode =
  | 'rollout-not-running'
  | 'command-stale'
  | 'already-final-stage'
  | 'not-paused'
  | 'pointer-drifted'
  | 'slot-known'
  | 'not-yet';

export type Step =
  | { readonly kind: 'moved'; readonly next: Rollout; readonly effects: readonly Effect[] }
  /** Nothing changes; `why` is a sentence for a person. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly why: string };

export function refused(code: RefusalCode, why: string): Step {
  return { kind: 'refused', code, why };
}
