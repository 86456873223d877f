import { addHistograms, type ArmMeasurements, type Histogram, type Plan } from '@sluice/core';
import { createArrivals } from '../model/arrivals.js';
import { cutByIncident } from '../model/behaviour.js';
import type { Scenario } from '../model/scenario.js';
import { createRandom } from '../random/random.js';
import { argoPeer, argoRelativePeer } from './argo.js';
import { briefPeer } from './brief.js';
import { flaggerPeer } from './flagger.js';
import { kayentaPeer } from './kayenta.js';
import { readingMs, type Peer, type Reading } from './peer.js';
import { zTestPeer } from './z-test.js';

export const peers: readonly Peer[] = [briefPeer, flaggerPeer, argoPeer, argoRelativePeer, kayentaPeer, zTestPeer];

/** What one peer did in one rollout. */
export interface PeerRun {
  /** When it took the canary back; null where it did not before the ramp was over. */
  readonly backMs: number | null;
  /** Canary sessions until then, without any delay. */
  readonly exposed: number;
}

/** The brief's schedule, for plans whose weights are decided by evidence that peers do not have. */
const briefRamp: Plan['stages'] = [
  { weightBp: 500, soakMs: 900_000 },
  { weightBp: 2500, soakMs: 1_800_000 },
  { weightBp: 5000, soakMs: 1_800_000 },
];

/** All peers watch one and the same rollout on the plan's schedule, below 100 %. By name. */
export function simulatePeers(
  scenario: Scenario,
  { seed, run }: { readonly seed: number; readonly run: number },
): Readonly<Record<string, PeerRun>> {
  const arrivals = createArrivals(scenario, createRandom(seed, run));
  const watching = new Map(peers.map((peer) => [peer.name, peer.start()]));
  const results: Record<string, PeerRun> = {};
  let nowMs = 0;
  let exposed = 0;
  for (const [revision, { weightBp, soakMs }] of rampOf(scenario.plan).entries()) {
    for (const endMs = nowMs + soakMs; nowMs < endMs && watching.size > 0; nowMs += readingMs) {
      const reading = readingOf(nowMs, { scenario, arrivals, weightBp, revision });
      exposed += reading.canary.sessions;
      for (const [name, watch] of watching) {
        if (!watch(reading)) continue;
        results[name] = { backMs: reading.endMs, exposed };
        watching.delete(name);
      }
    }
  }
  for (const name of watching.keys()) results[name] = { backMs: null, exposed };
  return results;
}

/** Stages for an audience reach nobody by bucket, and the last is not part of the ramp. */
function rampOf({ stages, ramp }: Plan): Plan['stages'] {
  return ramp === null ? stages.slice(0, -1).filter(({ weightBp }) => weightBp > 0) : briefRamp;
}

interface Around {
  readonly scenario: Scenario;
  readonly arrivals: ReturnType<typeof createArrivals>;
  readonly weightBp: number;
  readonly revision: number;
}

/** Peers do not know subjects: they count all sessions, also those that Sluice counts once. */
function readingOf(fromMs: number, { scenario, arrivals, weightBp, revision }: Around): Reading {
  const toMs = fromMs + readingMs;
  const spans = cutByIncident(scenario, { fromMs, toMs });
  const taken = spans.map((cut) => arrivals.take({ ...cut, weightBp, revision, known: 1, weightBeforeBp: weightBp }));
  const count = (of: (one: (typeof taken)[number]) => number): number => taken.reduce((sum, one) => sum + of(one), 0);
  return {
    endMs: toMs,
    canary: { sessions: count((one) => one.all.canary.exposed), failed: count((one) => one.all.canary.exposedFailed) },
    baseline: {
      sessions: count((one) => one.all.baseline.exposed),
      failed: count((one) => one.all.baseline.exposedFailed),
    },
    loads: taken.flatMap((one) => [loadsOf(one.canary), loadsOf(one.baseline)]).reduce(addHistograms, []),
  };
}

function loadsOf({ loads }: ArmMeasurements): Histogram {
  return loads === undefined ? [] : addHistograms(loads.cold.histogram, loads.warm.histogram);
}
