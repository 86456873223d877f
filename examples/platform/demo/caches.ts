/** What visitors have in their browsers, and how long loading takes them: as it is in the world, not on this machine. */
export interface Caches {
  /** Loads a version; from now on the visitor has it. */
  load(visitor: string, version: string): { readonly cold: boolean; readonly loadMs: number };
  forget(visitor: string | undefined): void;
}

/** Median times over the network and from a cache. */
const medianMs = { cold: 600, warm: 120 } as const;
const spread = 0.4;
/** Share of the visitors whose browser has dropped what it had. */
const dropped = 0.05;

export function createCaches(random: () => number): Caches {
  const has = new Map<string, Set<string>>();
  return {
    load(visitor, version) {
      const versions = has.get(visitor) ?? new Set<string>();
      has.set(visitor, versions);
      const cold = !versions.has(version) || random() < dropped;
      versions.add(version);
      // Load times are lognormal: the Box-Muller transform gives their logarithm.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return { cold, loadMs: Math.round((cold ? medianMs.cold : medianMs.warm) * Math.exp(spread * normal)) };
    },
    forget(visitor) {
      if (visitor !== undefined) has.delete(visitor);
    },
  };
}
