import type { AppKind, AppPlace, Store } from '@sluice/core';

export interface PlatformApp {
  readonly place: AppPlace;
  readonly kind: AppKind;
}

/** Everything that commands and the controller need to know of the world they act on. */
export interface Platform {
  /** Holds all apps' documents and the index. */
  readonly store: Store;
  readonly apps: readonly PlatformApp[];
  /** Share of the pages outside rollouts that send telemetry, 0–1; written into the index. */
  readonly sampleRate: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new unique id. */
  readonly newId: () => string;
  /** What is wrong with a published version: missing or altered files, one line each. Undefined: it is not published. */
  readonly problemsOf: (app: PlatformApp, version: string) => Promise<readonly string[] | undefined>;
  /** A rollback to a version that was stable within this time needs no stages. Default 14 days. */
  readonly rollbackWindowMs?: number;
}

export const defaultRollbackWindowMs = 14 * 24 * 3_600_000;
