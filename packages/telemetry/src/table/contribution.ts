import { isInHalf, type SubjectKey } from '../subject.js';
import type { Visit } from './visitor.js';

/** Names with numbers that are added up. */
export type Counts = Readonly<Record<string, number>>;

/**
 * What a visit adds to the counts of its cell, by the arm's letter: `n` sessions, `ok` and `f` outcomes (what is missing
 * of them is silent), `lf` failed to load, `w` warm, `C12` and `W12` loads by cache state and bucket (`x`: nobody said
 * how long it took), `m:name:12` metrics of the application, `e:…` errors by fingerprint.
 */
export function contributionOf(visit: Visit, subject: SubjectKey): Counts {
  if (visit.outcome === 'left') return {};
  const arm = visit.arm === 'canary' ? 'c' : 'b';
  const names = ['n', ...outcomeNames(visit)];
  const own = [...names, ...loadNames(visit), ...metricNames(visit)].map((name) => `${arm}.${name}`);
  const inHalf = visit.arm === 'stable' && isInHalf(subject);
  const half = inHalf ? names.filter((name) => name !== 'lf' && !name.startsWith('e:')).map((name) => `h.${name}`) : [];
  return Object.fromEntries([...own, ...half].map((name) => [name, 1]));
}

function outcomeNames({ outcome, failure, error }: Visit): readonly string[] {
  return [
    ...(outcome === 'ok' ? ['ok'] : []),
    ...(outcome === 'failed' ? ['f'] : []),
    ...(failure === 'load' ? ['lf'] : []),
    ...(error === undefined ? [] : [`e:${error.fingerprint}`]),
  ];
}

function loadNames({ warm, load }: Visit): readonly string[] {
  const state = warm ? ['w'] : [];
  if (load === undefined) return state;
  return [...state, `${warm ? 'W' : 'C'}${load < 0 ? 'x' : String(load)}`];
}

function metricNames({ reported }: Visit): readonly string[] {
  return Object.entries(reported).map(([name, bucket]) => `m:${name}:${String(bucket)}`);
}

/** What has to be added to get from the one to the other; without zeros. */
export function difference(before: Counts, after: Counts): Counts {
  return sumOf([after, Object.fromEntries(Object.entries(before).map(([name, count]) => [name, -count]))]);
}

/** All of them together; without zeros. */
export function sumOf(all: readonly Counts[]): Counts {
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...sums].filter(([, count]) => count !== 0));
}
