import type { Run } from '../model/simulate-rollout.js';
import type { PeerRun } from '../peers/simulate-peers.js';
import { frequency, type Frequency } from './interval.js';

/** Middle and ends of what was seen. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly mean: number;
}

/** What all runs of one scenario say together. */
export interface Summary {
  readonly runs: number;
  readonly rolledBack: Frequency;
  /** At 100 %, or as far as the plan goes. */
  readonly reachedAll: Frequency;
  /** Held at some time. */
  readonly held: Frequency;
  /** "Telemetry suspect" at some time. */
  readonly suspect: Frequency;
  /** Neither taken back nor at 100 % when nobody waited any longer. */
  readonly undecided: Frequency;
  /** Canary sessions until back at stable, in runs that were rolled back; of these, as many as failed. */
  readonly exposed: Spread | null;
  readonly exposedFailed: Spread | null;
  /** Until back at stable; and until 100 %. */
  readonly backMs: Spread | null;
  readonly allMs: Spread | null;
}

export function summarise(runs: readonly Run[]): Summary {
  const back = runs.filter(({ outcome }) => outcome === 'rolled-back');
  const reached = runs.filter(({ fullMs }) => fullMs !== null);
  const count = (is: (run: Run) => boolean): Frequency => frequency(runs.filter(is).length, runs.length);
  return {
    runs: runs.length,
    rolledBack: frequency(back.length, runs.length),
    reachedAll: frequency(reached.length, runs.length),
    held: count(({ wasHeld }) => wasHeld),
    suspect: count(({ wasSuspect }) => wasSuspect),
    undecided: count(({ outcome, fullMs }) => outcome !== 'rolled-back' && fullMs === null),
    exposed: spreadOf(back.map(({ exposed }) => exposed)),
    exposedFailed: spreadOf(back.map(({ exposedFailed }) => exposedFailed)),
    backMs: spreadOf(back.map(({ endMs }) => endMs)),
    allMs: spreadOf(reached.flatMap(({ fullMs }) => fullMs ?? [])),
  };
}

/** A peer over all runs. */
export interface PeerSummary {
  readonly name: string;
  readonly rolledBack: Frequency;
  readonly exposed: Spread | null;
}

export function summarisePeer(name: string, runs: readonly PeerRun[]): PeerSummary {
  const back = runs.filter(({ backMs }) => backMs !== null);
  return {
    name,
    rolledBack: frequency(back.length, runs.length),
    exposed: spreadOf(back.map(({ exposed }) => exposed)),
  };
}

export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return { median: at(0.5), p90: at(0.9), mean: values.reduce((sum, value) => sum + value, 0) / values.length };
}
