/**
 * A histogram in log buckets of `from · 1.10^(i/2)`: "10 % more" is exactly two buckets, and histograms merge by adding.
 * Pairs of bucket and count, by bucket, without empty ones.
 */
export type Histogram = readonly (readonly [bucket: number, count: number])[];

/** Number of buckets; what lies beyond is counted in the last. From 10 ms they reach beyond a minute. */
export const histogramBuckets = 184;
/** Lower end of load times, in milliseconds. */
export const loadFromMs = 10;

const halfStep = Math.log(1.1) / 2;

/** The bucket of a value: i holds what is above edge i − 1 and at most edge i; 0 all that is at most `from`. */
export function bucketOfValue(value: number, from: number): number {
  if (!(value > from)) return 0;
  return Math.min(histogramBuckets - 1, Math.ceil(Math.log(value / from) / halfStep - 1e-9));
}

/** Upper edge of a bucket, in the unit of `from`. */
export function bucketEdge(bucket: number, from: number): number {
  return from * Math.exp(bucket * halfStep);
}

/** How many buckets a tolerated factor is: 1.10 is 2. */
export function bucketsOfFactor(factor: number): number {
  return Math.round(Math.log(factor) / halfStep);
}

export function countIn(histogram: Histogram): number {
  let count = 0;
  for (const [, n] of histogram) count += n;
  return count;
}

/** How many lie in buckets above this one. */
export function countAbove(histogram: Histogram, bucket: number): number {
  let count = 0;
  for (const [at, n] of histogram) if (at > bucket) count += n;
  return count;
}

export function addHistograms(a: Histogram, b: Histogram): Histogram {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const sum = new Map(a);
  for (const [bucket, count] of b) sum.set(bucket, (sum.get(bucket) ?? 0) + count);
  return [...sum].toSorted(([left], [right]) => left - right);
}

/** The bucket in which the quantile lies; undefined where nothing was counted. */
export function quantileBucket(histogram: Histogram, quantile: number): number | undefined {
  const count = countIn(histogram);
  if (count === 0) return undefined;
  let left = Math.ceil(quantile * count);
  for (const [bucket, n] of histogram) {
    left -= n;
    if (left <= 0) return bucket;
  }
  return histogram.at(-1)?.[0];
}
