/** Sessions of both arms while the weight was the same; weights change with revisions. */
export interface SampleRatio {
  readonly revision: number;
  /** Canary's share, 0–1. */
  readonly weight: number;
  readonly canary: number;
  readonly baseline: number;
  /** Evidence of the revisions before, added up. */
  readonly lnPast: number;
}

/** How sure of the assigned share one is before the first session. */
const concentration = 1000;

export const noSampleRatio: SampleRatio = { revision: -1, weight: 0, canary: 0, baseline: 0, lnPast: 0 };

/** Adds the sessions of one slot; another revision begins anew and multiplies its evidence with what was before. */
export function addToRatio(
  ratio: SampleRatio,
  slot: { readonly revision: number; readonly weight: number; readonly canary: number; readonly baseline: number },
): SampleRatio {
  const same = slot.revision === ratio.revision;
  return {
    revision: slot.revision,
    weight: slot.weight,
    canary: (same ? ratio.canary : 0) + slot.canary,
    baseline: (same ? ratio.baseline : 0) + slot.baseline,
    lnPast: same ? ratio.lnPast : lnRatioEvidence(ratio),
  };
}

/**
 * ln of the evidence that the canary's share is not the assigned one: a beta-binomial around it against it,
 * `ln B(1000w + n_c, 1000(1−w) + n_b) − ln B(1000w, 1000(1−w)) − n_c ln w − n_b ln(1−w)`; 0 where all or none are
 * assigned.
 */
export function lnRatioEvidence({ weight: w, canary, baseline, lnPast }: SampleRatio): number {
  return lnPast + lnRatio({ w, nc: canary, nb: baseline });
}

export function lnRatio({ w, nc, nb }: { readonly w: number; readonly nc: number; readonly nb: number }): number {
  if (w <= 0 || w >= 1 || nc + nb === 0) return 0;
  const a = concentration * w;
  const b = concentration - a;
  return lnRising(a, nc) + lnRising(b, nb) - lnRising(concentration, nc + nb) - nc * Math.log(w) - nb * Math.log1p(-w);
}

/** ln Γ(x + n) − ln Γ(x). */
function lnRising(x: number, n: number): number {
  return lnGamma(x + n) - lnGamma(x);
}

/** ln Γ for x > 0: Stirling's series after moving up to 12, where its first four terms are exact to 1e-15. */
function lnGamma(x: number): number {
  let moved = x;
  let product = 1;
  while (moved < 12) {
    product *= moved;
    moved += 1;
  }
  const i = 1 / (moved * moved);
  const series = (1 / 12 - i * (1 / 360 - i * (1 / 1260 - i * (1 / 1680 - i / 1188)))) / moved;
  return (moved - 0.5) * Math.log(moved) - moved + halfLn2Pi + series - Math.log(product);
}

const halfLn2Pi = 0.918_938_533_204_672_8;
