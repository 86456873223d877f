import type { AppId, VersionId } from '../ids.js';

/** What a check is asked about. */
export interface CheckSubject {
  readonly app: AppId;
  readonly stable: VersionId;
  readonly canary: VersionId;
  readonly rolloutId: string;
  /** 1-based. */
  readonly stage: number;
  /** Canary's share now. */
  readonly percent: number;
}

/** `passed`: go on · `pending`: wait · `failed`: take the canary back · `unanswered`: it cannot be told; ask again. */
export interface CheckAnswer {
  readonly kind: 'passed' | 'pending' | 'failed' | 'unanswered';
  /** Half a sentence about the check: `it says "ok"`. */
  readonly why: string;
}

/** One more gate beside the analysis: a smoke test, a change ticket. */
export interface Check {
  /** Unique among those of an app. */
  readonly name: string;
  /** Never rejects, and ends by itself within the check's time. Not idempotent where the endpoint is not. */
  ask(subject: CheckSubject): Promise<CheckAnswer>;
}
