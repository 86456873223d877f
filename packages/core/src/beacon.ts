import type { Reason } from './assignment/decide.js';

/** How an app failed in a page. */
export type FailureKind =
  'manifest' | 'entry' | 'incompatible' | 'evaluate' | 'render' | 'chunk' | 'stylesheet' | 'boot' | 'error' | 'timeout';

/**
 * What became of one app on one page. `attempt` opens a session; `ok` and `failed` are outcomes; `left` (the page was
 * left before the outcome) counts nowhere; silence after an attempt is a failure. `failed` may follow `ok`. `metric` is
 * something that the application reports of a session, counted once a session where a rollout's rules name it.
 */
export type BeaconEventKind = 'attempt' | 'ok' | 'failed' | 'left' | 'metric';

export interface BeaconEvent {
  readonly kind: BeaconEventKind;
  readonly app: string;
  /** The version that was decided (a user who fell back to stable stays in the canary's arm). */
  readonly version: string;
  /** Of the pointer that the decision was made with; absent where the pointer had none. */
  readonly generation?: number;
  readonly reason: Reason;
  /** Milliseconds since the attempt, 0 for the attempt itself. */
  readonly ageMs: number;
  /** `failed`: stable was shown in the same page load. */
  readonly fellBack?: boolean;
  /** `failed`: what went wrong. The fingerprint is computed where beacons arrive, never believed. */
  readonly error?: { readonly kind: FailureKind; readonly name: string; readonly message: string };
  /** `ok`: from the request for the remote until it was on screen. */
  readonly loadMs?: number;
  /** `ok`, `failed`: the entry came over the network; false: from a cache. Absent: nobody knows, and it counts as cold. */
  readonly cold?: boolean;
  /** `metric`: its name, `[a-z][a-z0-9-]{0,31}`. */
  readonly metric?: string;
  /** `metric`: a number of at least 0, where the metric has one. */
  readonly value?: number;
}

/** Body of `POST /api/metrics`. The subject is not in it: it is the cookie `sluice_id`. */
export interface Beacon {
  readonly schema: 1;
  /** Random per page load, `[A-Za-z0-9_-]{8,64}`. A session is one app on one page. */
  readonly page: string;
  /** Every app on the page with the version that runs. */
  readonly versions: Readonly<Record<string, string>>;
  readonly events: readonly BeaconEvent[];
}

/** Largest body that ingestion reads, in bytes. */
export const maxBeaconBytes = 48_000;
/** Most events in one beacon. */
export const maxBeaconEvents = 100;
