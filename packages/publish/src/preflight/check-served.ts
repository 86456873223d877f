import type { AppId, VersionId, VersionManifest } from '@sluice/core';
import { inParallel } from '../in-parallel.js';
import type { PreflightNote, PreflightProblem } from './report.js';

/** What somebody answers who serves versions to pages. */
export interface Served {
  readonly status: number;
  /** Lower-case hex, of the decoded body. */
  readonly sha256: string;
}

/** Asks for a path like `/mfe1/v1.0.0/remoteEntry.js`; undefined where nobody answers. */
export type AskEdge = (path: string) => Promise<Served | undefined>;

interface Asked {
  readonly app: AppId;
  readonly version: VersionId;
  readonly files: VersionManifest['files'];
  readonly ask: AskEdge | undefined;
}

/** Every file as a page would get it: the store may have what the edge cannot read, or answers with other bytes. */
export async function checkServed(asked: Asked): Promise<{
  readonly problems: readonly PreflightProblem[];
  readonly notes: readonly PreflightNote[];
}> {
  const { app, version, files, ask } = asked;
  const prefix = `/${app}/${version}/`;
  if (ask === undefined || (await ask(`${prefix}version.json`)) === undefined) {
    const text = 'No edge answers: whether pages can read the files was not checked.';
    return { problems: [], notes: [{ check: 'served', text }] };
  }
  const problems: PreflightProblem[] = [];
  await inParallel(files, 8, async ({ path, sha256 }) => {
    const served = await ask(`${prefix}${path.split('/').map(encodeURIComponent).join('/')}`);
    const problem = flawOf(served, sha256);
    if (problem !== undefined) problems.push({ check: 'served', place: path, problem, remedy });
  });
  return { problems: problems.toSorted((a, b) => (a.place < b.place ? -1 : 1)), notes: [] };
}

const remedy = 'Is it the edge of this store, and may it read the folder? See `sluice doctor`.';

function flawOf(served: Served | undefined, sha256: string): string | undefined {
  if (served === undefined) return 'The edge does not answer for it.';
  if (served.status !== 200) return `The edge answers ${String(served.status)}.`;
  return served.sha256 === sha256 ? undefined : 'The edge answers with other bytes.';
}
