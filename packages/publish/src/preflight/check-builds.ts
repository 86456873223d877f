import type { BuildFacts } from './build-facts.js';
import type { PreflightProblem } from './report.js';

/** A build of another version of the same app that pages have now. */
export interface Predecessor {
  /** Like `mfe1 v1.0.0 (stable)`. */
  readonly name: string;
  readonly facts: BuildFacts;
}

/** What hosts load today, they must find tomorrow: a canary exposes all that stable exposes. */
export function checkExposes(canary: BuildFacts, stable: Predecessor): readonly PreflightProblem[] {
  return stable.facts.exposes
    .filter((name) => !canary.exposes.includes(name))
    .map((name) => ({
      check: 'exposes',
      place: `exposes ${name}`,
      problem: `${stable.name} exposes it, and this version does not: a host that loads it gets an error.`,
      remedy: 'Expose it again, if only as an empty module, until no shell loads it any more.',
    }));
}

/**
 * Two versions of a script remote in one page must not share a list of chunks: after a fallback the stable container
 * would take the canary's chunks, which are there already.
 */
export function checkChunks(canary: BuildFacts, stable: Predecessor): readonly PreflightProblem[] {
  const { chunkList } = canary;
  if (chunkList === undefined || chunkList !== stable.facts.chunkList) return [];
  const problem = `${stable.name} registers its chunks in self.${chunkList} as well: after a fallback both versions' chunks would be mixed in silence.`;
  const remedy = `Give each version a name of its own: \`output: { uniqueName: 'mfe1@' + version }\` (webpack, Rspack).`;
  return [{ check: 'chunks', place: 'output.uniqueName', problem, remedy }];
}
