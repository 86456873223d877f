import type { AppId, VersionId } from '../ids.js';

/** Who did it. */
export interface Actor {
  readonly kind: 'person' | 'sluice' | 'script';
  readonly name: string;
}

/** What a rollout ended as. */
export type Outcome =
  'promoted' | 'fast-promoted' | 'promoted-unproven' | 'aborted' | 'rolled-back' | 'superseded' | 'expired';

export type HistoryKind =
  | 'first-version'
  | 'started'
  | 'advanced'
  | 'full-weight'
  | 'held'
  | 'released'
  | 'paused'
  | 'resumed'
  | 'ended'
  | 'returned'
  | 'blocked'
  | 'drifted'
  | 'queued'
  | 'dequeued'
  | 'waiting'
  | 'goes-on'
  | 'degraded'
  | 'inconclusive'
  | 'needs-person'
  | 'would-have'
  | 'reweighed'
  | 'noted'
  | 'telemetry-lost'
  | 'telemetry-back'
  | 'history-lost';

/** One line of `version-history.json`: who, what, why, numbers. */
export interface HistoryEntry {
  /** Unique; appending the same id again changes nothing. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: HistoryKind;
  readonly app: AppId;
  /** What is stable after it. */
  readonly stable: VersionId;
  /** The version it is about. */
  readonly version: VersionId;
  readonly actor: Actor;
  readonly why: string;
  readonly rolloutId?: string;
  readonly outcome?: Outcome;
  readonly stage?: number;
  readonly percent?: number;
  readonly automatic?: boolean;
  /** Generation of the pointer that was written with it; absent where the pointer stayed. */
  readonly generation?: number;
  /** Rules that the actor overrode by name. */
  readonly overrides?: readonly string[];
  readonly commit?: string;
  readonly numbers?: Readonly<Record<string, number>>;
}

/** The brief's plain list of strings is accepted when read and kept as `legacy`. */
export interface History {
  readonly schema: 1;
  readonly legacy?: readonly string[];
  /** Older entries that were moved to archive documents. */
  readonly archived?: number;
  readonly entries: readonly HistoryEntry[];
}
