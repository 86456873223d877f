import type { Random } from './random.js';
import { stirlingTail } from './stirling.js';

/**
 * A binomial number, exact also in the tails: by inversion where few are expected, else by Hörmann's transformed
 * rejection (BTRS; Hörmann, "The generation of binomial random variates", 1993).
 */
export function binomial(random: Random, n: number, p: number): number {
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  return n * p < 10 ? inverted(random, n, p) : rejected(random, n, p);
}

function inverted(random: Random, n: number, p: number): number {
  const odds = p / (1 - p);
  let left = random();
  let chance = Math.exp(n * Math.log1p(-p));
  let k = 0;
  while (left > chance && k < n && chance > 0) {
    left -= chance;
    chance *= (odds * (n - k)) / (k + 1);
    k += 1;
  }
  return k;
}

function rejected(random: Random, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const quick = 0.92 - 4.2 / b;
  const odds = p / (1 - p);
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= quick) return k;
    if (k < 0 || k > n) continue;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= lnAgainstMode(k, { n, mode, odds })) return k;
  }
}

/** ln of the chance of k against the chance of the mode. */
function lnAgainstMode(
  k: number,
  { n, mode, odds }: { readonly n: number; readonly mode: number; readonly odds: number },
): number {
  return (
    (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
    (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
    (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
    stirlingTail(mode) +
    stirlingTail(n - mode) -
    stirlingTail(k) -
    stirlingTail(n - k)
  );
}

/** How many of `of` that are marked lie in a part of `part`, drawn without putting back from `whole`. */
export function hypergeometric(
  random: Random,
  { whole, part, of }: { readonly whole: number; readonly part: number; readonly of: number },
): number {
  let found = 0;
  for (let drawn = 0; drawn < of; drawn += 1) {
    if (random() * (whole - drawn) < part - found) found += 1;
  }
  return found;
}
