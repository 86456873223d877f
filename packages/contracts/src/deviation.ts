import { it } from 'vitest';

/** A test of the suite that an adapter cannot keep, and why. The test still runs, and must then fail. */
export interface Deviation {
  /** The test's title, word for word. */
  readonly test: string;
  readonly reason: string;
}

export interface Suite {
  readonly test: (title: string, body: () => Promise<void>) => void;
  /** Throws where a deviation names no test of the suite: it would hide nothing, or it is misspelt. */
  readonly end: () => void;
}

/** Registers tests; those that the adapter deviates from are expected to fail, so that a cured deviation is noticed. */
export function suiteWith(deviations: readonly Deviation[]): Suite {
  const unused = new Map(deviations.map(({ test, reason }) => [test, reason]));
  return {
    test: (title, body) => {
      const reason = unused.get(title);
      unused.delete(title);
      if (reason === undefined) it(title, body);
      else it.fails(`${title} (deviates: ${reason})`, body);
    },
    end: () => {
      if (unused.size > 0) throw new Error(`No test has this title: ${[...unused.keys()].join(' · ')}`);
    },
  };
}
