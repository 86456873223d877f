/** Load times in log buckets of 10 ms · 1.10^(i/2), so that histograms merge by adding. */
export type Loads = Uint32Array;

const buckets = 184;
const halfStep = Math.log(1.1) / 2;

export function createLoads(): Loads {
  return new Uint32Array(buckets);
}

export function addLoad(loads: Loads, loadMs: number): void {
  const at = loadMs <= 10 ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(loadMs / 10) / halfStep));
  loads[at] = (loads[at] ?? 0) + 1;
}

/** The upper edge, in milliseconds, of the bucket that holds the quantile; null where there is no load. */
export function quantile(all: readonly Loads[], q: number): number | null {
  const total = all.reduce((sum, loads) => sum + loads.reduce((a, b) => a + b, 0), 0);
  if (total === 0) return null;
  let left = Math.ceil(q * total);
  for (let i = 0; i < buckets; i += 1) {
    for (const loads of all) left -= loads[i] ?? 0;
    if (left <= 0) return 10 * Math.exp(i * halfStep);
  }
  return 10 * Math.exp((buckets - 1) * halfStep);
}
