import type { Random } from './random.js';
import { lnFactorial } from './stirling.js';

/**
 * A Poisson number, exact also in the tails: by inversion for small means, else by Hörmann's transformed rejection
 * (PTRS; Hörmann, "The transformed rejection method for generating Poisson random variables", 1993).
 */
export function poisson(random: Random, mean: number): number {
  if (!(mean > 0)) return 0;
  return mean < 10 ? inverted(random, mean) : rejected(random, mean);
}

function inverted(random: Random, mean: number): number {
  let left = random();
  let chance = Math.exp(-mean);
  let k = 0;
  while (left > chance && chance > 0) {
    left -= chance;
    k += 1;
    chance *= mean / k;
  }
  return k;
}

function rejected(random: Random, mean: number): number {
  const lnMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const quick = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= quick) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * lnMean - mean - lnFactorial(k)) return k;
  }
}
