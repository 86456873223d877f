import { setImmediate as turn } from 'node:timers/promises';
import { noDefect, simulatePeers, simulateRollout, type PeerRun, type Run, type Scenario } from '@sluice/simulate';
import { isHarmless } from './defect.js';
import type { Wish } from './wish.js';

/** All rollouts of one scenario. */
export interface Simulated {
  readonly runs: Run[];
  /** By name, what each peer did in each rollout; empty where they were not asked. */
  readonly peers: Readonly<Record<string, PeerRun>>[];
}

export interface SimulatedAll {
  readonly harmless: Simulated;
  /** Null where nothing is wrong with the canary. */
  readonly bad: Simulated | null;
}

interface Watching {
  readonly signal: AbortSignal;
  readonly show: (done: number, total: number) => void;
}

/**
 * Harmless rollouts, and as many bad ones in the same traffic: finding harm is worth what it does not cost the others.
 * Undefined where it was stopped. Others have their turn after every rollout: Ctrl+C works at once.
 */
export async function simulateAll(wish: Wish, { signal, show }: Watching): Promise<SimulatedAll | undefined> {
  const { scenario, runs } = wish;
  const harmless: Simulated = { runs: [], peers: [] };
  const bad: Simulated | null = isHarmless(scenario.defect) ? null : { runs: [], peers: [] };
  const kinds: readonly (readonly [Scenario, Simulated])[] = [
    [{ ...scenario, defect: noDefect }, harmless],
    ...(bad === null ? [] : [[scenario, bad] as const]),
  ];
  let done = 0;
  for (let run = 0; run < runs; run += 1) {
    for (const [of, into] of kinds) {
      into.runs.push(simulateRollout(of, { seed: wish.seed, run }));
      if (wish.withPeers) into.peers.push(simulatePeers(of, { seed: wish.seed, run }));
      done += 1;
      show(done, runs * kinds.length);
      await turn();
      if (signal.aborted) return undefined;
    }
  }
  return { harmless, bad };
}
