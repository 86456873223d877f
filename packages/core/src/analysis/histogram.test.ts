import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addHistograms,
  bucketEdge,
  bucketOfValue,
  bucketsOfFactor,
  countAbove,
  countIn,
  histogramBuckets,
  quantileBucket,
  type Histogram,
} from './histogram.js';

const histogram: fc.Arbitrary<Histogram> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 183 }), fc.integer({ min: 1, max: 1e6 })), { selector: ([at]) => at })
  .map((pairs) => pairs.toSorted(([a], [b]) => a - b));

describe('a histogram of load times', () => {
  it('has 10 % in exactly two buckets', () => {
    expect(bucketsOfFactor(1.1)).toBe(2);
    expect(bucketsOfFactor(1.21)).toBe(4);
    fc.assert(
      fc.property(fc.double({ min: 11, max: 50_000, noNaN: true }), (ms) => {
        const apart = bucketOfValue(ms * 1.1, 10) - bucketOfValue(ms, 10);
        return apart === 2;
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it.each([
    [0, 0],
    [-5, 0],
    [Number.NaN, 0],
    [10, 0],
    [10.0001, 1],
    [10 * 1.1 ** 0.5, 1],
    [10 * 1.1, 2],
    [11.0001, 3],
    [1e12, 183],
    [Infinity, 183],
  ])('puts %s ms into bucket %s', (ms, bucket) => {
    expect(bucketOfValue(ms, 10)).toBe(bucket);
  });

  it('holds in a bucket what is above the edge before and at most its own', () => {
    for (let i = 1; i < histogramBuckets - 1; i += 1) {
      expect(bucketOfValue(bucketEdge(i, 10), 10)).toBe(i);
      expect(bucketOfValue(bucketEdge(i, 10) * 1.001, 10)).toBe(i + 1);
    }
  });

  it('merges by adding, in any order', () => {
    fc.assert(
      fc.property(histogram, histogram, histogram, (a, b, c) => {
        expect(addHistograms(a, addHistograms(b, c))).toEqual(addHistograms(addHistograms(c, a), b));
        expect(countIn(addHistograms(a, b))).toBe(countIn(a) + countIn(b));
        expect(countAbove(addHistograms(a, b), 90)).toBe(countAbove(a, 90) + countAbove(b, 90));
      }),
      { seed: 2 },
    );
  });

  it('finds the bucket of a quantile: no more than the rest lies above it, more lies above the one before', () => {
    fc.assert(
      fc.property(histogram, fc.constantFrom(0.5, 0.75, 0.9, 0.95), (h, q) => {
        const at = quantileBucket(h, q);
        if (h.length === 0) return at === undefined;
        const n = countIn(h);
        return (
          at !== undefined && countAbove(h, at) <= n * (1 - q) + 1e-6 && countAbove(h, at - 1) > n - Math.ceil(q * n)
        );
      }),
      { seed: 3 },
    );
  });
});
