import { logIncrement } from './error-increment.js';
import { passedBy, type FirstPassage } from './first-passage.js';
import type { Strictness } from './metric.js';
import { lnEvidence } from './mixture.js';
import { lnPromoteAt, promoteNull, safetyGrid } from './specs.js';

/** A harmless canary: it fails as often as the baseline. */
export interface Harmless {
  /** Share of the sessions that fail, 0–1, in both arms. */
  readonly failureRate: number;
  /** Canary's share of the sessions, above 0 and below 1. */
  readonly weight: number;
  readonly strictness: Strictness;
}

/**
 * Canary sessions after which a share of harmless canaries (0.5: the median) has enough promote evidence. Its ln E is
 * taken as a random walk with the drift of the whole mixture and the variance of its best alternative: within about a
 * third of simulation. At 0.1–0.5 % errors about 1,200–1,500 in the median, and 2,700–3,600 for 90 %, at 5 % weight;
 * more at higher weights, where fewer baseline sessions stand against each canary session.
 */
export function sessionsToProve(canary: Harmless, share: number): number {
  return passedBy(passageOf(canary), share);
}

function passageOf({ failureRate: p, weight, strictness }: Harmless): FirstPassage {
  const nb = (1 - weight) / weight;
  const margin = promoteNull(strictness);
  const drifts = safetyGrid.map((r) => logIncrement({ nc: 1, nb, ec: p, eb: p * nb }, margin, r));
  const drift = Math.max(...drifts);
  if (!(drift > 0)) return { mean: Infinity, shape: Infinity };
  const r = safetyGrid[drifts.indexOf(drift)] ?? 1;
  // What one more failure of either arm adds; their numbers are Poisson.
  const perFailure = (ec: number, eb: number): number =>
    logIncrement({ nc: 1, nb, ec, eb }, { ...margin, delta: 0 }, r);
  const variance = p * perFailure(1, 0) ** 2 + p * nb * perFailure(0, 1) ** 2;
  const mean = expectedSessions(drifts, drift);
  return { mean, shape: (drift * mean) ** 2 / variance };
}

/** Sessions after which the mixture would be there if everything came as expected. */
function expectedSessions(drifts: readonly number[], drift: number): number {
  let low = 0;
  let high = (lnPromoteAt + Math.log(drifts.length)) / drift;
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (lnEvidence(drifts.map((each) => each * middle)) < lnPromoteAt) low = middle;
    else high = middle;
  }
  return high;
}
