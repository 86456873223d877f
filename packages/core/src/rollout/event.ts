import type { Slot } from '../analysis/slot.js';
import type { Actor, HistoryKind, Outcome } from '../documents/history.js';
import type { Pointer } from '../documents/pointer.js';
import type { AppId, VersionId } from '../ids.js';
import type { Obstacle, OverrideName } from './obstacle.js';
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
interface Forward extends Asked, Weighs {
  readonly obstacles: readonly Obstacle[];
  readonly overrides: readonly OverrideName[];
}

/** Everything that can happen to a rollout. */
export type RolloutEvent =
  | ({ readonly kind: 'slots-fixed'; readonly baseSlotMs: number } & At)
  | ({ readonly kind: 'slot-closed'; readonly slot: Slot } & At)
  | ({ readonly kind: 'looked' } & At & Look)
  | ({ readonly kind: 'ticked' } & At & Weighs)
  | ({ readonly kind: 'weighed'; readonly weightBp: number } & At & Weighs)
  | ({ readonly kind: 'alarmed'; readonly why: string } & At)
  | ({ readonly kind: 'advance' } & Forward)
  | ({ readonly kind: 'promote' } & Forward)
  | ({ readonly kind: 'pause' } & Asked)
  | ({ readonly kind: 'resume' } & Asked)
  | ({ readonly kind: 'abort' } & Asked)
  | ({ readonly kind: 'supersede' } & Asked)
  | ({ readonly kind: 'taken-back'; readonly why: string } & At)
  | ({ readonly kind: 'drifted'; readonly seen: Seen } & At);

/** What the controller saw of the world in a tick, before it asks whether to move. */
interface Look {
  readonly obstacles: readonly Obstacle[];
  readonly telemetry: 'ok' | 'lost';
}

/** What the pointer says that a human wrote. */
export type Seen = Pick<Pointer, 'version' | 'canaryVersion' | 'canaryPercent'>;

/** A line for the history, without what only the world knows (its id). */
export interface HistoryDraft {
  readonly kind: HistoryKind;
  readonly atMs: number;
  readonly app: AppId;
  readonly version: VersionId;
  readonly stable: VersionId;
  readonly actor: Actor;
  readonly why: string;
  readonly automatic: boolean;
  readonly rolloutId?: string;
  readonly outcome?: Outcome;
  readonly stage?: number;
  readonly percent?: number;
  readonly overrides?: readonly string[];
  readonly commit?: string;
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
  | 'rollout-obstructed'
  | 'weight-capped'
  | 'slot-known'
  | 'not-yet';

export type Step =
  | { readonly kind: 'moved'; readonly next: Rollout; readonly effects: readonly Effect[] }
  /** Nothing changes; `why` is a sentence for a person. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly why: string };

export function refused(code: RefusalCode, why: string): Step {
  return { kind: 'refused', code, why };
}

export function moved(next: Rollout, effects: readonly Effect[] = []): Step {
  return { kind: 'moved', next, effects };
}
