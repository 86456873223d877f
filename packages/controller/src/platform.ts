import type { AlarmReading, AppId, AppKind, AppPlace, FreezeWindow, Plan, Router, Store } from '@sluice/core';
import type { Checks } from './checks.js';

/** What becomes of a start while another rollout of the app runs. */
export type Superseding = 'queue' | 'replace' | 'reject';

export interface PlatformApp {
  readonly place: AppPlace;
  readonly kind: AppKind;
  /** Default `queue`: the latest waits for its turn. */
  readonly superseding?: Superseding;
}

/** Apps that may move together. */
export interface PlatformGroup {
  readonly name: string;
  readonly apps: readonly string[];
}

/** What `version.json` says of a version that decisions depend on. */
export interface VersionFacts {
  /** Ranges of other apps' versions that it needs. */
  readonly needs: Readonly<Record<string, string>>;
  readonly rollbackSafe: boolean;
  readonly commit?: string;
}

/** Versions of other apps that start as one with it, by app. */
export type Together = Readonly<Record<string, string>>;

export interface Limits {
  /** Rollouts (groups count once) that may run at once. */
  readonly maxConcurrent?: number;
  /** Share of users who may be on any canary, in basis points; the oldest rollout is never made to wait for it. */
  readonly maxExposedBp?: number;
}

/** Everything that commands and the controller need to know of the world they act on. */
export interface Platform {
  /** Holds all apps' documents and the index. */
  readonly store: Store;
  readonly apps: readonly PlatformApp[];
  readonly groups?: readonly PlatformGroup[];
  readonly limits?: Limits;
  readonly freeze?: readonly FreezeWindow[];
  /** Written and read back after the index; absent where pages and edge read the store itself. */
  readonly routers?: readonly Router[];
  /** Alarms as they are now; absent where none are watched. */
  readonly alarms?: () => readonly AlarmReading[];
  /** Web checks; absent where there are none. */
  readonly checks?: Checks;
  /** The configuration's plan of this name for the app: status says where a running rollout has an older one. */
  readonly planOf?: (app: AppId, name: string) => Plan | undefined;
  /** Share of the pages outside rollouts that send telemetry, 0–1; written into the index. */
  readonly sampleRate: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new unique id. */
  readonly newId: () => string;
  /** What is wrong with a published version: missing or altered files, one line each. Undefined: it is not published. */
  readonly problemsOf: (app: PlatformApp, version: string) => Promise<readonly string[] | undefined>;
  /** What speaks against starting a version that is whole, one line each. Absent: nothing is looked at. */
  readonly preflight?: (app: PlatformApp, version: string, together: Together) => Promise<readonly string[]>;
  /** Absent: every version needs nothing and can be taken back. */
  readonly factsOf?: (app: PlatformApp, version: string) => Promise<VersionFacts | undefined>;
  /** A rollback to a version that was stable within this time needs no stages. Default 14 days. */
  readonly rollbackWindowMs?: number;
}

export const defaultRollbackWindowMs = 14 * 24 * 3_600_000;

export const noFacts: VersionFacts = { needs: {}, rollbackSafe: true };
