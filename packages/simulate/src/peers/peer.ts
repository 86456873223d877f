import type { ArmCounts, Histogram } from '@sluice/core';

/** Ten seconds of raw counts, seen at once and without loss. */
export interface Reading {
  /** Milliseconds since the start. */
  readonly endMs: number;
  readonly canary: ArmCounts;
  readonly baseline: ArmCounts;
  /** Load times of both together; empty where they are not simulated. */
  readonly loads: Histogram;
}

/** One rollout as a peer watches it: true when it takes the canary back. */
export type Watcher = (reading: Reading) => boolean;

/** Somebody else's rule for taking a canary back, as documented. */
export interface Peer {
  readonly name: string;
  /** Which of its settings are simulated. */
  readonly rule: string;
  /** Where it is documented. */
  readonly source: string;
  start(): Watcher;
}

export const readingMs = 10_000;

const none: ArmCounts = { sessions: 0, failed: 0 };

/** Counts of whole periods, handed on when each is over. */
export function everyPeriod(
  periodMs: number,
  judge: (period: { readonly canary: ArmCounts; readonly baseline: ArmCounts; readonly loads: Histogram[] }) => boolean,
): Watcher {
  let canary = none;
  let baseline = none;
  let loads: Histogram[] = [];
  return (reading) => {
    canary = sum(canary, reading.canary);
    baseline = sum(baseline, reading.baseline);
    loads.push(reading.loads);
    if (reading.endMs % periodMs !== 0) return false;
    const period = { canary, baseline, loads };
    [canary, baseline, loads] = [none, none, []];
    return judge(period);
  };
}

function sum(a: ArmCounts, b: ArmCounts): ArmCounts {
  return { sessions: a.sessions + b.sessions, failed: a.failed + b.failed };
}
