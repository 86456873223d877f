import { bucketEdge, histogramBuckets, loadFromMs, type Histogram } from '@sluice/core';
import { binomial } from '../random/binomial.js';
import type { Random } from '../random/random.js';

/** Chances of the buckets of a histogram. */
export interface LoadDistribution {
  readonly buckets: readonly number[];
  readonly chances: readonly number[];
  /** Sum of the chances up to each. */
  readonly upTo: readonly number[];
}

/** Log-normal load times in the buckets of load times. */
export function logNormal(medianMs: number, spread: number): LoadDistribution {
  const below = (bucket: number): number =>
    bucket >= histogramBuckets - 1 ? 1 : normal(Math.log(bucketEdge(bucket, loadFromMs) / medianMs) / spread);
  const buckets: number[] = [];
  const chances: number[] = [];
  const upTo: number[] = [];
  for (let bucket = 0; bucket < histogramBuckets; bucket += 1) {
    const sum = below(bucket);
    const chance = sum - (bucket === 0 ? 0 : below(bucket - 1));
    if (chance < 1e-12) continue;
    buckets.push(bucket);
    chances.push(chance);
    upTo.push(sum);
  }
  return { buckets, chances, upTo };
}

/** So many load times: one by one where there are few, else bucket by bucket, which is the same in distribution. */
export function drawLoads(random: Random, { buckets, chances, upTo }: LoadDistribution, count: number): Histogram {
  if (count === 0) return [];
  const found = count <= 2 * buckets.length ? oneByOne(random, upTo, count) : byBucket(random, chances, count);
  return buckets.flatMap((bucket, i) => {
    const n = found[i] ?? 0;
    return n === 0 ? [] : [[bucket, n] as const];
  });
}

function oneByOne(random: Random, upTo: readonly number[], count: number): number[] {
  const found = upTo.map(() => 0);
  for (let k = 0; k < count; k += 1) {
    const at = firstAbove(upTo, random());
    found[at] = (found[at] ?? 0) + 1;
  }
  return found;
}

function firstAbove(upTo: readonly number[], u: number): number {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] ?? 1) < u) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byBucket(random: Random, chances: readonly number[], count: number): number[] {
  let left = count;
  let rest = 1;
  return chances.map((chance, i) => {
    const n = i === chances.length - 1 ? left : binomial(random, left, Math.min(1, chance / rest));
    left -= n;
    rest -= chance;
    return n;
  });
}

/** Φ, to 1e-7: Abramowitz & Stegun 7.1.26 on the error function. */
function normal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const half = (1 - series * Math.exp(-x * x)) / 2;
  return z >= 0 ? 0.5 + half : 0.5 - half;
}
