import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logIncrement } from './error-increment.js';
import { predictedShare, quantileIncrement } from './quantile-increment.js';
import { harmGrid, quantileGrid, safetyGrid } from './specs.js';

/** Chance of k of n. */
function binomial(n: number, p: number): readonly number[] {
  const chances = [(1 - p) ** n];
  for (let k = 1; k <= n; k += 1) chances.push(((chances[k - 1] ?? 0) * (n - k + 1) * p) / (k * (1 - p)));
  return chances;
}

interface Arms {
  readonly nc: number;
  readonly nb: number;
  readonly pc: number;
  readonly pb: number;
}

/** E[exp(dL)], by adding up all that can happen. */
function expected({ nc, nb, pc, pb }: Arms, dL: (ec: number, eb: number) => number): number {
  const c = binomial(nc, pc);
  const b = binomial(nb, pb);
  return c.reduce((sum, one, ec) => sum + one * b.reduce((all, other, eb) => all + other * Math.exp(dL(ec, eb)), 0), 0);
}

const arms = fc.record({
  nc: fc.integer({ min: 1, max: 12 }),
  nb: fc.integer({ min: 1, max: 40 }),
  pb: fc.double({ min: 0.0005, max: 0.3, noNaN: true }),
});
const within = 1 + 1e-9;

describe('evidence never grows in the mean while the null holds', () => {
  it.each([
    ['rollback', 1.25, 0.0005],
    ['rollback, strict', 1.1, 0.0002],
    ['hold', 1, 0],
  ])('for harm: %s', (_, rho, delta) => {
    fc.assert(
      fc.property(arms, fc.constantFrom(...harmGrid), fc.double({ min: 0, max: 1, noNaN: true }), (given, r, share) => {
        // Up to the border of the null, which is where harm would begin.
        const pc = share * Math.min(0.999, rho * given.pb + delta);
        const dL = (ec: number, eb: number): number => logIncrement({ ...given, ec, eb }, { rho, delta }, r);
        return expected({ ...given, pc }, dL) <= within;
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it.each([
    ['promote', 2, 0.0025],
    ['promote, strict', 1.5, 0.001],
  ])('for safety: %s', (_, rho, delta) => {
    fc.assert(
      fc.property(
        arms,
        fc.constantFrom(...safetyGrid),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (given, r, share) => {
          const border = Math.min(0.99, rho * given.pb + delta);
          const pc = border + share * (0.99 - border);
          const dL = (ec: number, eb: number): number => logIncrement({ ...given, ec, eb }, { rho, delta }, r);
          return expected({ ...given, pc }, dL) <= within;
        },
      ),
      { numRuns: 300, seed: 2 },
    );
  });

  it('for a limit: any share of failures up to it', () => {
    fc.assert(
      fc.property(arms, fc.constantFrom(...harmGrid), fc.double({ min: 0, max: 1, noNaN: true }), (given, r, share) => {
        const limit = given.pb;
        const dL = (ec: number): number =>
          logIncrement({ nc: given.nc, nb: 0, ec, eb: 0 }, { rho: 0, delta: limit }, r);
        return expected({ ...given, pc: share * limit }, dL) <= within;
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('for quantiles: equal shares, whatever was expected of the baseline', () => {
    const expectation = fc.double({ min: 0.01, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(arms, expectation, fc.constantFrom(...quantileGrid), (given, theta, r) => {
        const share = { of: theta, rest: 1 - theta };
        const dL = (ec: number, eb: number): number => quantileIncrement({ ...given, ec, eb }, share, r);
        return expected({ ...given, pc: given.pb }, dL) <= within;
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe('numbers', () => {
  const count = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1_000_000_000 }));
  const weight = fc.double({ min: 0.0001, max: 0.5, noNaN: true });
  const grid = fc.constantFrom(...harmGrid, ...safetyGrid);
  const part = fc.double({ min: 0, max: 1, noNaN: true });

  it('an increment is finite for counts from 0 to 10^9 and shares from 0.01 to 50 %', () => {
    fc.assert(
      fc.property(count, weight, grid, fc.tuple(part, part), (n, w, r, [c, b]) => {
        const nc = Math.round(n * w);
        const nb = n - nc;
        const counts = { nc, nb, ec: Math.round(nc * c), eb: Math.round(nb * b) };
        const increments = [
          logIncrement(counts, { rho: 1.25, delta: 0.0005 }, r),
          logIncrement(counts, { rho: 0, delta: 0.01 }, r),
          quantileIncrement(counts, predictedShare(0.05, { n: nb, beyond: counts.eb }), r),
        ];
        return increments.every(Number.isFinite);
      }),
      { numRuns: 2000, seed: 5 },
    );
  });

  it('loses nothing where one arm is a millionth of the other: the first order is exact', () => {
    // One failure of a billion stable sessions against a tiny canary: e_b ln y ≈ −(r − 1) kappa.
    const dL = logIncrement({ nc: 1000, nb: 1e9, ec: 0, eb: 1 }, { rho: 1, delta: 0 }, 6);
    expect(dL).toBeCloseTo(-5 * 1e-6, 10);
    expect(dL / -5e-6).toBeCloseTo(1, 4);
  });

  it('a share and its complement stay exact where the baseline is all beyond, or never', () => {
    const all = predictedShare(0.05, { n: 1e9, beyond: 1e9 });
    expect(all.rest).toBeCloseTo(19e-9, 12);
    expect(predictedShare(0.5, { n: 0, beyond: 0 })).toEqual({ of: 0.5, rest: 0.5 });
    expect(Number.isFinite(quantileIncrement({ nc: 10, nb: 10, ec: 10, eb: 10 }, all, 6))).toBe(true);
  });

  it('a slot without sessions in either arm says nothing, and a limit needs the canary only', () => {
    for (const counts of [
      { nc: 0, nb: 9, ec: 0, eb: 9 },
      { nc: 9, nb: 0, ec: 9, eb: 0 },
    ]) {
      expect(logIncrement(counts, { rho: 1, delta: 0 }, 6)).toBe(0);
      expect(quantileIncrement(counts, { of: 0.1, rest: 0.9 }, 6)).toBe(0);
    }
    expect(logIncrement({ nc: 0, nb: 9, ec: 0, eb: 9 }, { rho: 0, delta: 0.1 }, 6)).toBe(0);
    expect(logIncrement({ nc: 9, nb: 0, ec: 9, eb: 0 }, { rho: 0, delta: 0.1 }, 6)).toBeGreaterThan(0);
  });
});
