/** A shift between two samples, by Mann and Whitney. */
export interface Shift {
  /** Hodges and Lehmann: the median of all differences. */
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Confidence interval of the shift of `experiment` against `control`, from the ordered differences with the normal
 * approximation of the rank sum, its variance corrected for ties (Hollander & Wolfe, Nonparametric Statistical Methods,
 * section 4.3). `z`: normal quantile of the two-sided level.
 */
export function shiftOf(experiment: readonly number[], control: readonly number[], z: number): Shift {
  const [m, n] = [experiment.length, control.length];
  const differences = Float64Array.from(experiment.flatMap((x) => control.map((y) => x - y))).toSorted();
  const deviation = Math.sqrt(rankVariance([...experiment, ...control], m, n));
  const below = Math.max(0, Math.floor((m * n) / 2 - z * deviation));
  const at = (i: number): number => differences[Math.min(m * n - 1, Math.max(0, i))] ?? 0;
  const middle = (at(Math.floor((m * n - 1) / 2)) + at(Math.floor((m * n) / 2))) / 2;
  return { estimate: middle, lower: at(below - 1), upper: at(m * n - below) };
}

function rankVariance(all: readonly number[], m: number, n: number): number {
  const ties = new Map<number, number>();
  for (const value of all) ties.set(value, (ties.get(value) ?? 0) + 1);
  const total = m + n;
  const tied = [...ties.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
  return ((m * n) / 12) * (total + 1 - tied / (total * (total - 1)));
}
