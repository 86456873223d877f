import type { Arm } from '@sluice/core';
import type { Fingerprinted } from './fingerprint.js';
import type { SubjectKey } from './subject.js';

/** How a session failed: `silent` is an attempt without an outcome, `load` a failure to load the app. */
export type Failure = 'silent' | 'load' | 'other';

/** A slot as a session knows it. */
export interface CountingSlot {
  readonly revision: number;
  /** Sessions that count now, by arm. */
  readonly counted: { canary: number; stable: number };
}

/** What is known of a session by what its page has reported. */
export interface ReportedSession {
  outcome: 'none' | 'ok' | 'failed' | 'left';
  failure: Failure | undefined;
  /** Bucket of its load time; undefined where it did not load, −1 where nobody said how long it took. */
  load: number | undefined;
  /** The entry is known to have come from a cache. */
  warm: boolean;
  error: Fingerprinted | undefined;
  /** Metrics of the application that it reported, each with the bucket of its value, 0 where it has none. */
  reported: Map<string, number> | undefined;
}

/** One app on one page of one subject, as long as a slot that it is in is open. */
export interface Session extends ReportedSession {
  readonly page: string;
  readonly subject: SubjectKey;
  readonly arm: Arm;
  readonly startMs: number;
  /** Address range of who began it; undefined where it is not capped. */
  readonly range: string | undefined;
  /** Key of that range, once a failure has been counted with it. */
  failedIn: string | undefined;
  /** What it is counted by: its slot of each kind. */
  readonly slots: readonly CountingSlot[];
  /** Of these: those that are not closed yet. */
  open: number;
  /** It has been counted by one of them: its subject is in that slot's line, and its outcome stands. */
  settled: boolean;
}
