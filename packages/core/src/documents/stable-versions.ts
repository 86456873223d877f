import type { VersionId } from '../ids.js';
import { parseVersionId } from '../ids.js';
import type { History, HistoryEntry } from './history.js';

/**
 * The versions that one could go back to, oldest first, the present one last. A rollback takes its version off the
 * list, so that going back twice never goes forward again (the brief's `.[-2]` does).
 */
export function stableVersions(history: History): readonly VersionId[] {
  const versions: VersionId[] = [];
  for (const name of history.legacy ?? []) {
    const version = parseVersionId(name);
    if (version !== undefined) become(versions, version);
  }
  for (const entry of history.entries) {
    const stable = stableAfter(entry);
    if (stable !== undefined) become(versions, stable);
  }
  return versions;
}

/** Until when a version was stable the last time (ISO 8601): null while it is, undefined where it never was. */
export function lastStableUntil(history: History, version: VersionId): string | null | undefined {
  let until: string | null | undefined = history.legacy?.includes(version) === true ? null : undefined;
  let present: VersionId | undefined;
  for (const entry of history.entries) {
    const stable = stableAfter(entry);
    if (stable === undefined || stable === present) continue;
    if (present === version || (until === null && stable !== version)) until = entry.at;
    if (stable === version) until = null;
    present = stable;
  }
  return until;
}

/** When somebody last took users off a version, by command or by evidence; undefined where nobody ever did. */
export function lastTakenBack(history: History): HistoryEntry | undefined {
  return history.entries.findLast(
    (entry) =>
      entry.kind === 'returned' ||
      (entry.kind === 'ended' && (entry.outcome === 'rolled-back' || entry.outcome === 'aborted')),
  );
}

/** The stable version that an entry made, where it made one. */
function stableAfter(entry: HistoryEntry): VersionId | undefined {
  switch (entry.kind) {
    case 'first-version':
    case 'returned':
    case 'drifted':
    case 'ended':
      return entry.stable;
    default:
      return undefined;
  }
}

function become(versions: VersionId[], version: VersionId): void {
  const earlier = versions.lastIndexOf(version);
  if (earlier >= 0) versions.length = earlier;
  versions.push(version);
}
