import type { Plan } from '@sluice/core';

/** What is wrong with the canary. Rates are shares of sessions, 0–1. */
export interface Defect {
  /** Of the baseline's failures the canary has so many times as many … */
  readonly errorFactor: number;
  /** … and so many of its sessions fail besides. */
  readonly errorAdd: number;
  /** Failures to load the app, so many times as many. */
  readonly remoteFactor: number;
  /** Load times, so many times as long. */
  readonly loadFactor: number;
}

export const noDefect: Defect = { errorFactor: 1, errorAdd: 0, remoteFactor: 1, loadFactor: 1 };

/** Something that happens to both versions at once. */
export interface Incident {
  readonly startMs: number;
  readonly lengthMs: number;
  /** Failures of both arms: so many times as many, and at least this share of the sessions. */
  readonly factor: number;
  readonly rate: number;
}

/** Who comes. */
export type Users =
  /** Every session is another subject's. */
  | { readonly kind: 'new' }
  /**
   * A share of the sessions is of subjects who come back after `everyMs`, always. `persistent`: who fails, fails
   * whenever they come, for the same reason.
   */
  | {
      readonly kind: 'returning';
      readonly everyMs: number;
      readonly share: number;
      readonly persistent: boolean;
    };

/** Log-normal load times; a new version is cold for more of its sessions. */
export interface LoadTimes {
  readonly warmMs: number;
  readonly coldMs: number;
  /** Standard deviation of the logarithm. */
  readonly spread: number;
  /** Share of sessions with a cold cache. */
  readonly baselineCold: number;
  readonly canaryCold: number;
}

/** One kind of rollout, simulated again and again. */
export interface Scenario {
  readonly plan: Plan;
  readonly sessionsPerSecond: number;
  /** Share of the baseline's sessions that fail. */
  readonly errorRate: number;
  readonly defect: Defect;
  readonly incident: Incident | null;
  readonly users: Users;
  /** Share of the tabs that are closed before the outcome: they had the version, and count nowhere. */
  readonly leaving: number;
  readonly loads: LoadTimes;
  /** After a change of the weight, the last page learns of it so much later; evenly in between. */
  readonly propagationMs: number;
  /** How often the controller looks. */
  readonly tickMs: number;
  /** Share of the pages that report while no rollout runs: what is known of stable before the start. */
  readonly sampleRate: number;
  /** Sessions that are the canary's for each that the weight assigns to it: 1, unless telemetry is broken. */
  readonly canaryShare: number;
  /** Nobody waits for longer. */
  readonly longestMs: number;
}

/** Of the baseline's failures, the share that are failures to load the app. */
export const remoteShare = 0.2;

export const usualLoads: LoadTimes = { warmMs: 800, coldMs: 1600, spread: 0.6, baselineCold: 0.2, canaryCold: 0.8 };

const hourMs = 3_600_000;

/** A scenario in which nothing is unusual. */
export function usualScenario(
  of: Pick<Scenario, 'plan' | 'sessionsPerSecond' | 'errorRate'> & Partial<Scenario>,
): Scenario {
  return {
    defect: noDefect,
    incident: null,
    users: { kind: 'new' },
    leaving: 0,
    loads: usualLoads,
    propagationMs: 0,
    tickMs: 1000,
    sampleRate: 0.01,
    canaryShare: 1,
    longestMs: 24 * hourMs,
    ...of,
  };
}
