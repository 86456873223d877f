import { describe, expect, it } from 'vitest';
import { binomial, hypergeometric } from './binomial.js';
import { poisson } from './poisson.js';
import { createRandom, type Random } from './random.js';
import { lnFactorial } from './stirling.js';

/** Chi-square against the exact distribution, in cells of at least 20 expected; in standard deviations above its mean. */
function misfit(draw: () => number, lnChance: (k: number) => number, draws = 200_000): number {
  const seen = new Map<number, number>();
  for (let i = 0; i < draws; i += 1) {
    const k = draw();
    seen.set(k, (seen.get(k) ?? 0) + 1);
  }
  const cells: [number, number][] = [];
  let [expected, observed, total] = [0, 0, 0];
  for (let k = 0; total < draws * (1 - 1e-12) && k < 100_000; k += 1) {
    const here = draws * Math.exp(lnChance(k));
    total += here;
    expected += here;
    observed += seen.get(k) ?? 0;
    if (expected >= 20) {
      cells.push([expected, observed]);
      [expected, observed] = [0, 0];
    }
  }
  const counted = cells.reduce((sum, [, o]) => sum + o, 0);
  cells.push([Math.max(1e-9, draws - cells.reduce((sum, [e]) => sum + e, 0)), draws - counted]);
  const last = cells.pop() ?? [0, 0];
  const end = cells.at(-1) ?? [0, 0];
  cells[cells.length - 1] = [end[0] + last[0], end[1] + last[1]];
  const chi2 = cells.reduce((sum, [e, o]) => sum + (o - e) ** 2 / e, 0);
  const degrees = cells.length - 1;
  return (chi2 - degrees) / Math.sqrt(2 * degrees);
}

const lnPoisson =
  (mean: number) =>
  (k: number): number =>
    k * Math.log(mean) - mean - lnFactorial(k);
const lnBinomial =
  (n: number, p: number) =>
  (k: number): number =>
    k > n
      ? -Infinity
      : lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);

describe('random numbers', () => {
  it('are the same for the same seed and stream, and others for others', () => {
    const take = (random: Random): number[] => Array.from({ length: 4 }, random);
    expect(take(createRandom(7, 3))).toEqual(take(createRandom(7, 3)));
    const firsts = new Set([0, 1, 2, 3].flatMap((seed) => [0, 1, 2, 3].map((stream) => createRandom(seed, stream)())));
    expect(firsts.size).toBe(16);
  });

  it('lie within (0, 1), evenly, and streams of one seed do not go together', () => {
    const [a, b] = [createRandom(1, 0), createRandom(1, 1)];
    const cells = Array.from({ length: 100 }, () => 0);
    for (let i = 0; i < 200_000; i += 1) {
      const [x, y] = [a(), b()];
      expect(x > 0 && x < 1 && y > 0 && y < 1).toBe(true);
      const cell = Math.floor(x * 10) * 10 + Math.floor(y * 10);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const chi2 = cells.reduce((sum, seen) => sum + (seen - 2000) ** 2 / 2000, 0);
    expect((chi2 - 99) / Math.sqrt(198)).toBeLessThan(4);
  });

  it('ln k! is exact', () => {
    let ln = 0;
    for (let k = 1; k <= 300; k += 1) {
      ln += Math.log(k);
      expect(Math.abs(lnFactorial(k) - ln)).toBeLessThan(1e-11 * Math.max(1, ln));
    }
  });
});

describe('samplers fit their distributions by chi-square, tails included', () => {
  it.each([0.03, 0.7, 4, 9.99, 10, 30, 950])('Poisson with mean %s', (mean) => {
    const random = createRandom(11, mean * 100);
    expect(misfit(() => poisson(random, mean), lnPoisson(mean))).toBeLessThan(4);
  });

  it.each([
    [5, 0.5],
    [40, 0.005],
    [500, 0.0199],
    [500, 0.02],
    [100, 0.37],
    [1000, 0.5],
    [950, 0.9],
    [20_000, 0.005],
  ])('binomial with n = %s and p = %s', (n, p) => {
    const random = createRandom(12, n * p * 10);
    expect(misfit(() => binomial(random, n, p), lnBinomial(n, p))).toBeLessThan(4);
  });

  it('a tail of one in a million is met as often as it should be', () => {
    const random = createRandom(13);
    let beyond = 0;
    // P(X ≥ 7) for a mean of 0.3 is 3.28e-8 · … summed exactly; for 1.0 and k ≥ 8 it is 1.02e-5.
    for (let i = 0; i < 2_000_000; i += 1) if (poisson(random, 1) >= 8) beyond += 1;
    expect(Math.abs(beyond - 20.4)).toBeLessThan(4 * Math.sqrt(20.4));
  });

  it('where nothing or all is certain, nothing or all comes', () => {
    const random = createRandom(14);
    expect([poisson(random, 0), binomial(random, 0, 0.5), binomial(random, 9, 0), binomial(random, 9, 1)]).toEqual([
      0, 0, 0, 9,
    ]);
  });

  it('a part without putting back', () => {
    const random = createRandom(15);
    const ln = (k: number): number => (k > 5 ? -Infinity : lnChoose(5, k) + lnChoose(15, 8 - k) - lnChoose(20, 8));
    expect(misfit(() => hypergeometric(random, { whole: 20, part: 8, of: 5 }), ln)).toBeLessThan(4);
  });
});

function lnChoose(n: number, k: number): number {
  return lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);
}
