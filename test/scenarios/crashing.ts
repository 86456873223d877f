import type { Store } from '@sluice/core';

/** The process is gone. */
export class Crash extends Error {}

/** A store over another that crashes its user at one write: before it happens, or after it did. */
export function crashing(
  disk: Store,
): Store & { crashAt: (write: number, when: 'before' | 'after') => void; writes: () => number } {
  let count = 0;
  let at = -1;
  let when: 'before' | 'after' = 'before';
  return {
    ...disk,
    crashAt: (write, how) => {
      at = count + write;
      when = how;
    },
    writes: () => count,
    write: async (key, bytes, condition) => {
      const crash = count === at;
      count += 1;
      if (crash && when === 'before') throw new Crash();
      const result = await disk.write(key, bytes, condition);
      if (crash) throw new Crash();
      return result;
    },
  };
}
