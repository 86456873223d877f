/** How often something happened, with the exact 95 % interval of Clopper and Pearson (1934). */
export interface Frequency {
  readonly of: number;
  readonly times: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export function frequency(times: number, of: number): Frequency {
  const share = of === 0 ? 0 : times / of;
  return {
    of,
    times,
    share,
    low: times === 0 ? 0 : bisect((p) => atLeast(times, of, p) < 0.025),
    high: times === of ? 1 : bisect((p) => 1 - atLeast(times + 1, of, p) > 0.025),
  };
}

/** The p at which `isBelow` ends to hold. */
function bisect(isBelow: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≥ k) for X binomial(n, p). */
function atLeast(k: number, n: number, p: number): number {
  const odds = p / (1 - p);
  let ln = n * Math.log1p(-p);
  let below = 0;
  for (let i = 0; i < k; i += 1) {
    below += Math.exp(ln);
    ln += Math.log((odds * (n - i)) / (i + 1));
  }
  return Math.max(0, 1 - below);
}
