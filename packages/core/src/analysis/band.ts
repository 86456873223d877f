import type { SlotCounts } from './error-increment.js';
import { lnEvidence } from './mixture.js';

/**
 * ln of the likelihood of the canary's share of all failures for each ratio of a grid, up to what they have in common:
 * enough for the evidence of any ratio of the grid against any other.
 */
export type RatioLikelihood = readonly number[];

/** Ratios 2^(j/2), j = −14 … 15. */
const first = -14;
const last = 15;
/** The 14 ratios that the band may end at: 1/8 to 11.3. */
const candidates = Array.from({ length: 14 }, (_, i) => i - 6);
const steps = [1, 2, 3, 4, 6, 8] as const;
/** Both ends together miss the true ratio, ever, with probability at most 5 %. */
const lnEndAt = Math.log(40);
const ratios = Array.from({ length: last - first + 1 }, (_, i) => 2 ** ((first + i) / 2));
const lnRatios = ratios.map((ratio) => Math.log(ratio));

export const noRatioLikelihood: RatioLikelihood = ratios.map(() => 0);

/** Adds one slot, divided by its noise. */
export function addToLikelihood(
  likelihood: RatioLikelihood,
  { nc, nb, ec, eb }: SlotCounts,
  phi: number,
): RatioLikelihood {
  if (nc === 0 || nb === 0 || ec + eb === 0) return likelihood;
  const odds = nc / nb;
  return likelihood.map((sum, i) => {
    const ratio = ratios[i] ?? 1;
    return kept(sum + (ec * (lnRatios[i] ?? 0) - (ec + eb) * Math.log1p(ratio * odds)) / phi);
  });
}

/** Four decimals: it is shown, and never acts. */
function kept(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Limits of the ratio of failure rates, canary to baseline; null where a side is open. */
export interface Band {
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * A confidence sequence at 5 % for the ratio, by inverting e-processes: its lower end is the largest ratio that the
 * evidence for larger ones excludes, its upper end the smallest that the evidence for smaller ones excludes.
 */
export function bandOf(likelihood: RatioLikelihood): Band {
  const excluded = (j: number, direction: 1 | -1): boolean => lnAgainst(likelihood, j, direction) >= lnEndAt;
  const lower = candidates.findLast((j) => excluded(j, 1));
  const upper = candidates.find((j) => excluded(j, -1));
  return { lower: ratioOf(lower), upper: ratioOf(upper) };
}

function lnAgainst(likelihood: RatioLikelihood, j: number, direction: 1 | -1): number {
  const at = (step: number): number => likelihood[j - first + step] ?? 0;
  return lnEvidence(steps.map((step) => at(direction * step) - at(0)));
}

function ratioOf(j: number | undefined): number | null {
  return j === undefined ? null : 2 ** (j / 2);
}
