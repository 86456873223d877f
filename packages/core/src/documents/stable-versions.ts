import type { VersionId } from '../ids.js';
import { parseVersionId } from '../ids.js';
import type { History, HistoryEntry } from './history.js';

/** A version that was stable, and until when (ISO 8601); null for the one that is stable now and where it is unknown. */
export interface StablePeriod {
  readonly version: VersionId;
  readonly untilAt: string | null;
}

/**
 * The versions that one could go back to, oldest first, the present one last. A rollback takes its version off the
 * list, so that going back twice never goes forward again (the brief's `.[-2]` does).
 */
export function stablePeriods(history: History): readonly StablePeriod[] {
  const periods: StablePeriod[] = [];
  for (const name of history.legacy ?? []) {
    const version = parseVersionId(name);
    if (version !== undefined) become(periods, version, null);
  }
  for (const entry of history.entries) {
    const stable = stableAfter(entry);
    if (stable !== undefined) become(periods, stable, entry.at);
  }
  return periods;
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

function become(periods: StablePeriod[], version: VersionId, at: string | null): void {
  if (periods.at(-1)?.version === version) return;
  const earlier = periods.findLastIndex((period) => period.version === version);
  if (earlier >= 0) {
    periods.length = earlier;
  } else {
    const last = periods.pop();
    if (last !== undefined) periods.push({ ...last, untilAt: at });
  }
  periods.push({ version, untilAt: null });
}
