import type { SharedDependency } from '@sluice/core';
import semver from 'semver';
import type { PreflightNote, PreflightProblem } from './report.js';

/** A version of some app that may be on one page with another. */
export interface Party {
  /** Like `shell v1.0.0 (stable)`. */
  readonly name: string;
  readonly shared: readonly SharedDependency[];
}

/**
 * A page has one copy of a singleton: which one depends on who was loaded first, and on the share strategy. So each
 * party's range must admit the version of the other. What is no singleton each may bring for itself.
 */
export function checkShared(one: Party, other: Party): readonly PreflightProblem[] {
  const names = one.shared.map(({ name }) => name).filter((name) => isSingleton(one, name) || isSingleton(other, name));
  return [...new Set(names)].flatMap((name) => [
    ...admits(name, { needs: one, brings: other }),
    ...admits(name, { needs: other, brings: one }),
  ]);
}

/** What the manifest leaves open about a version's own singletons. */
export function sharedNotes({ shared }: Party): readonly PreflightNote[] {
  const singletons = shared.filter(({ singleton }) => singleton === true);
  const loose = singletons.filter(({ strictVersion }) => strictVersion === false);
  const untold = singletons.filter(({ strictVersion }) => strictVersion === undefined);
  const cure =
    '`strictVersion: true`, which `@sluice/vite` sets, takes a page that meets another version to stable; without it the page warns and goes on.';
  return [
    ...note(loose, (names) => `${names} not strict. ${cure}`),
    ...note(untold, (names) => `Whether ${names} strict is not in the manifest, so not checked. ${cure}`),
  ];
}

function note(dependencies: readonly SharedDependency[], say: (names: string) => string): readonly PreflightNote[] {
  if (dependencies.length === 0) return [];
  const names = dependencies.map(({ name }) => name).join(', ');
  return [{ check: 'shared', text: say(`${names} ${dependencies.length === 1 ? 'is' : 'are'}`) }];
}

interface Pair {
  readonly needs: Party;
  readonly brings: Party;
}

function admits(name: string, { needs, brings }: Pair): readonly PreflightProblem[] {
  const range = dependency(needs, name)?.requiredVersion;
  const version = dependency(brings, name)?.version;
  if (range === undefined || version === undefined) return [];
  const place = `shared ${name}`;
  if (semver.validRange(range) === null || semver.valid(version) === null) {
    const problem = `${needs.name} needs "${range}" and ${brings.name} brings "${version}": that cannot be compared.`;
    return [{ check: 'shared', place, problem, remedy: 'Write a range and a version of semantic versioning.' }];
  }
  if (semver.satisfies(version, range, { includePrerelease: true })) return [];
  return [
    {
      check: 'shared',
      place,
      problem: `${needs.name} needs ${range}, and ${brings.name} brings ${version}: one page has one copy, so one of them runs with the wrong one, or not at all.`,
      remedy: `Widen the range, or roll out what brings ${range} first.`,
    },
  ];
}

function isSingleton(party: Party, name: string): boolean {
  return dependency(party, name)?.singleton === true;
}

function dependency({ shared }: Party, name: string): SharedDependency | undefined {
  return shared.find((one) => one.name === name);
}
