import type { SlotCounts } from './error-increment.js';

/** A share and its complement, both exact where either is small. */
export interface Share {
  readonly of: number;
  readonly rest: number;
}

/**
 * dL of one slot for one alternative r: the e-value for two proportions of Turner, Ly & Grünwald (arXiv 2106.02693)
 * with the baseline's share th_b known before the slot, th_c the share with r times its odds, and th_0 the share that
 * both arms would have together. 0 without sessions in either arm.
 */
export function quantileIncrement({ nc, nb, ec, eb }: SlotCounts, baseline: Share, r: number): number {
  if (nc === 0 || nb === 0) return 0;
  const odds = baseline.rest + r * baseline.of;
  const canary: Share = { of: (r * baseline.of) / odds, rest: baseline.rest / odds };
  const n = nc + nb;
  const both: Share = {
    of: (nc * canary.of + nb * baseline.of) / n,
    rest: (nc * canary.rest + nb * baseline.rest) / n,
  };
  return (
    ec * Math.log(canary.of / both.of) +
    (nc - ec) * Math.log(canary.rest / both.rest) +
    eb * Math.log(baseline.of / both.of) +
    (nb - eb) * Math.log(baseline.rest / both.rest)
  );
}

/** What the baseline is expected to do beyond a quantile, from earlier slots: as if 20 sessions had been as planned. */
export function predictedShare(tail: number, { n, beyond }: { readonly n: number; readonly beyond: number }): Share {
  return { of: (beyond + 20 * tail) / (n + 20), rest: (n - beyond + 20 * (1 - tail)) / (n + 20) };
}
