import { describe, expect, it } from 'vitest';
import { passedBy } from './first-passage.js';
import { sessionsToProve } from './sessions-to-prove.js';

describe('canary sessions until a harmless canary is proven safe', () => {
  // analysis.md: about 1,000–1,500 in the median and 2,500–3,100 for 90 %, as measured on the standard ramp, which
  // begins at 5 %. A forecast need not be nearer than a third.
  it.each([0.001, 0.002, 0.005])(
    'are about what was measured, at a low weight and a failure rate of %d',
    (failureRate) => {
      const canary = { failureRate, weight: 0.05, strictness: 'default' } as const;
      expect(sessionsToProve(canary, 0.5)).toBeGreaterThan(1000);
      expect(sessionsToProve(canary, 0.5)).toBeLessThan(1650);
      expect(sessionsToProve(canary, 0.9)).toBeGreaterThan(2500);
      expect(sessionsToProve(canary, 0.9)).toBeLessThan(3700);
    },
  );

  it('are more where fewer baseline sessions stand against each, and where the margin is strict', () => {
    const at = (weight: number, strictness: 'default' | 'strict'): number =>
      sessionsToProve({ failureRate: 0.005, weight, strictness }, 0.5);
    expect(at(0.25, 'default')).toBeGreaterThan(at(0.05, 'default'));
    expect(at(0.5, 'default')).toBeGreaterThan(at(0.25, 'default'));
    expect(at(0.05, 'strict')).toBeGreaterThan(3 * at(0.05, 'default'));
  });

  it('are the same for all where nothing ever fails: only the absolute margin can be shown', () => {
    const canary = { failureRate: 0, weight: 0.25, strictness: 'default' } as const;
    expect(sessionsToProve(canary, 0.9)).toBe(sessionsToProve(canary, 0.1));
    // E is the mean of four alternatives, of which the two lowest grow about alike: between ln 20 and ln 80.
    expect(sessionsToProve(canary, 0.5)).toBeGreaterThan(Math.log(20) / 0.0025);
    expect(sessionsToProve(canary, 0.5)).toBeLessThan(Math.log(80) / 0.0024);
  });

  it.each([
    // Quantiles of the inverse Gaussian of mean 1, from its distribution function with an exact erfc.
    [1, 0.5, 0.6758],
    [1, 0.9, 2.143],
    [100, 0.5, 0.995],
  ])('first passage with shape %d: a share of %d has arrived by %d, to 2 %%', (shape, share, steps) => {
    expect(Math.abs(passedBy({ mean: 1, shape }, share) / steps - 1)).toBeLessThan(0.02);
  });
});
