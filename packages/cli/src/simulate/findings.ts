import { errorMargin, sessionsTwoSample } from '@sluice/core';
import { peers, summarise, summarisePeer, type PeerSummary, type Summary } from '@sluice/simulate';
import type { Simulated, SimulatedAll } from './simulate-all.js';
import type { Wish, WrittenWish } from './wish.js';

/** What one peer did in the same traffic. */
interface PeerFindings {
  readonly name: string;
  readonly rule: string;
  readonly source: string;
  readonly harmless: PeerSummary;
  readonly bad: PeerSummary | null;
}

/** What `--json` prints. */
export interface Findings {
  readonly simulated: {
    readonly sessionsPerSecond: number;
    readonly errorPercent: number;
    readonly defect: string;
    readonly incident: string | null;
    readonly plan: string;
    readonly runs: number;
    readonly seed: number;
  };
  /** Rollouts of a canary that is as good as stable: each rollback is a false one. */
  readonly harmless: Summary;
  /** Rollouts of the canary with the defect; null where it has none. */
  readonly bad: Summary | null;
  readonly peers: readonly PeerFindings[] | null;
  /** Canary sessions that no test with these promises can do without (Wald 1945), at the first stage's weight. */
  readonly waldsBound: number | null;
}

export function findingsOf(wish: Wish, written: WrittenWish, { harmless, bad }: SimulatedAll): Findings {
  const { scenario, runs, seed } = wish;
  return {
    simulated: {
      sessionsPerSecond: scenario.sessionsPerSecond,
      errorPercent: Number((100 * scenario.errorRate).toPrecision(10)),
      defect: written.defect,
      incident: written.incident ?? null,
      plan: scenario.plan.name,
      runs,
      seed,
    },
    harmless: summarise(harmless.runs),
    bad: bad && summarise(bad.runs),
    peers: wish.withPeers ? peers.map((peer) => peerFindings(peer, harmless, bad)) : null,
    waldsBound: waldsBound(wish),
  };
}

function peerFindings(
  { name, rule, source }: (typeof peers)[number],
  harmless: Simulated,
  bad: Simulated | null,
): PeerFindings {
  const of = (all: Simulated): PeerSummary =>
    summarisePeer(
      name,
      all.peers.flatMap((one) => one[name] ?? []),
    );
  return { name, rule, source, harmless: of(harmless), bad: bad && of(bad) };
}

const alpha = 0.01;

/** For errors only, and where the weight of the first stage is fixed. */
function waldsBound({ scenario: { plan, errorRate, defect } }: Wish): number | null {
  const { rho, delta } = errorMargin(plan.rules.strictness);
  const pb = rho * errorRate + delta;
  const pc = defect.errorFactor * errorRate + defect.errorAdd;
  const weight = (plan.stages[0]?.weightBp ?? 0) / 10_000;
  if (plan.ramp !== null || pc <= pb || pc >= 1 || weight <= 0 || weight >= 1) return null;
  return sessionsTwoSample({ pb, pc, alpha, weight });
}
