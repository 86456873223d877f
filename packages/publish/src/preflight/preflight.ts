import type { Store, VersionId } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import { verifyVersion } from '../verify.js';
import { readFacts, type BuildFacts } from './build-facts.js';
import { checkChunks, checkExposes } from './check-builds.js';
import { checkServed, type AskEdge } from './check-served.js';
import { checkShared, sharedNotes, type Party } from './check-shared.js';
import { readOthers, type Other, type PreflightApp } from './others.js';
import type { PreflightNote, PreflightProblem, PreflightReport } from './report.js';

export interface PreflightInput {
  readonly store: Store;
  /** All apps of the platform. */
  readonly apps: readonly PreflightApp[];
  readonly app: PreflightApp;
  readonly version: VersionId;
  /** Absent: whether pages can read the files is not checked. */
  readonly ask?: AskEdge | undefined;
  /** Versions of other apps that start as one with it. */
  readonly together?: Readonly<Record<string, string>> | undefined;
}

/**
 * Everything that can be known of a version before users get it: its files and their hashes, its manifest, what it
 * exposes, what it shares with every version that may be on a page with it. Undefined where it is not published.
 */
export async function preflight(input: PreflightInput): Promise<PreflightReport | undefined> {
  const { store, app, version } = input;
  const place = { store, place: app.place, version };
  const flaws = await filesOf(place);
  if (!Array.isArray(flaws)) return flaws;
  const facts = await readFacts({ ...place, kind: app.kind });
  if (facts === undefined) return undefined;
  const own = await served(input, facts);
  const { others, notes } = await readOthers({
    store,
    own: app.place.app,
    apps: input.apps,
    together: input.together ?? {},
  });
  const compared = others.filter((other) => other.app !== app.place.app || other.facts.manifest.version !== version);
  return {
    problems: [...flaws, ...own.problems, ...compared.flatMap((other) => against({ input, facts }, other))],
    notes: [...own.notes, ...notes, ...silent([party(input, facts), ...compared.map(partyOf)])],
    compared: compared.map(({ name }) => name),
  };
}

type Files = Parameters<typeof verifyVersion>[0];

/** Files that are missing or altered; a whole report where there is nothing to read on from. */
async function filesOf(place: Files): Promise<PreflightProblem[] | PreflightReport | undefined> {
  const remedy = 'Publish it again from the same build: that mends it.';
  try {
    return (await verifyVersion(place))?.map((line) => {
      const [path = line, ...what] = line.split(': ');
      return { check: 'files' as const, place: path, problem: `It is ${what.join(': ')}.`, remedy };
    });
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.code !== 'document-invalid') throw error;
    const problem = [error.message, ...error.details].join(' ');
    const garbled = { check: 'files' as const, place: 'version.json', problem, remedy: error.remedy };
    return { problems: [garbled], notes: [], compared: [] };
  }
}

async function served(
  { app, version, ask }: PreflightInput,
  facts: BuildFacts,
): Promise<{ readonly problems: readonly PreflightProblem[]; readonly notes: readonly PreflightNote[] }> {
  const manifest = facts.problems.map((problem) => ({ check: 'manifest' as const, ...problem }));
  const found = await checkServed({ app: app.place.app, version, files: facts.manifest.files, ask });
  return { problems: [...manifest, ...found.problems], notes: found.notes };
}

interface Candidate {
  readonly input: PreflightInput;
  readonly facts: BuildFacts;
}

function against({ input, facts }: Candidate, other: Other): readonly PreflightProblem[] {
  if (other.app !== input.app.place.app) return checkShared(party(input, facts), partyOf(other));
  return [...checkExposes(facts, other), ...checkChunks(facts, other)];
}

const party = ({ app, version }: PreflightInput, { shared }: BuildFacts): Party => ({
  name: `${app.place.app} ${version}`,
  shared,
});

const partyOf = ({ name, facts }: Other): Party => ({ name, shared: facts.shared });

/** What nobody said cannot be compared: that is told, and never taken for a pass in silence. */
function silent([own, ...others]: readonly Party[]): readonly PreflightNote[] {
  if (own === undefined) return [];
  const mute = [own, ...others].filter(({ shared }) => shared.length === 0).map(({ name }) => name);
  const text = `Not known what these share, so not compared: ${mute.join(', ')}. A shell says it with \`sluice publish --shared react@19.3.1\`, or by its own mf-manifest.json.`;
  return [...sharedNotes(own), ...(mute.length === 0 ? [] : [{ check: 'shared' as const, text }])];
}
