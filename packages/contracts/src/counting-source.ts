import {
  parseAppId,
  parseVersionId,
  type AppId,
  type BeaconEvent,
  type TelemetrySource,
  type VersionId,
  type WatchedRollout,
} from '@sluice/core';

/** One event of a page, with the subject that its cookie names. */
export interface Told {
  readonly subject: string;
  readonly page: string;
  readonly event: BeaconEvent & { readonly app: AppId; readonly version: VersionId };
}

/** A source of slots with what it counts, and a clock that the test moves. */
export interface CountingSource {
  readonly source: TelemetrySource;
  readonly tell: (told: Told) => Promise<void>;
  readonly pass: (ms: number) => Promise<void>;
  /** Another process over the same storage; what was not closed may be lost to it. */
  readonly again: () => TelemetrySource;
}

/** The rollout of every test, unless it says otherwise. */
export const watchedRollout: WatchedRollout = watched();

function watched(): WatchedRollout {
  const app = parseAppId('mfe1');
  const stable = parseVersionId('v1.0.0');
  const canary = parseVersionId('v1.1.0');
  if (app === undefined || stable === undefined || canary === undefined) throw new TypeError('names');
  return {
    rolloutId: 'r1',
    app,
    stable,
    canary,
    salt: 'mfe1@v1.1.0',
    weightBp: 4000,
    revision: 2,
    rules: { baseSlotMs: 10_000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false },
    lastSlot: 0,
  };
}
