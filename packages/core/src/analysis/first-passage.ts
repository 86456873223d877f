/** A random walk that drifts upwards: when it first reaches a level follows the inverse Gaussian distribution. */
export interface FirstPassage {
  /** Mean number of steps to the level. */
  readonly mean: number;
  /** Level² / variance of a step; infinite where nothing is random. */
  readonly shape: number;
}

/** The number of steps within which a share of such walks (0–1, not included) has reached the level. */
export function passedBy(passage: FirstPassage, share: number): number {
  if (!Number.isFinite(passage.mean) || !Number.isFinite(passage.shape)) return passage.mean;
  let low = 0;
  let high = passage.mean;
  while (sharePassed(passage, high) < share) high *= 2;
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (sharePassed(passage, middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Distribution function of the inverse Gaussian: Φ(a) + e^(2 shape/mean) Φ(−b). With b² − a² = 4 shape/mean the second
 * term is φ(a) M(b), which cannot overflow.
 */
function sharePassed({ mean, shape }: FirstPassage, steps: number): number {
  const root = Math.sqrt(shape / steps);
  const a = root * (steps / mean - 1);
  const b = root * (steps / mean + 1);
  return normalBelow(a) + density(a) * millsRatio(b);
}

function normalBelow(z: number): number {
  const tail = density(z) * millsRatio(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** Upper tail of the normal distribution over its density, z ≥ 0; to better than one percent (Boyd, 1959). */
function millsRatio(z: number): number {
  return Math.PI / ((Math.PI - 1) * z + Math.sqrt(z * z + 2 * Math.PI));
}
