import type { ArmCounts } from './slot.js';

/** What the baseline did lately, in bins of 30 s, so that it stays small whatever the length of slots. */
export interface RecentBaseline {
  readonly bins: readonly (readonly [bin: number, sessions: number, failed: number])[];
  /** Start of the last slot whose baseline was in an incident, epoch milliseconds; null before the first. */
  readonly incidentMs: number | null;
}

export const noRecentBaseline: RecentBaseline = { bins: [], incidentMs: null };

const binMs = 30_000;
const lookBackMs = 300_000;

interface SlotBaseline {
  readonly startMs: number;
  readonly baseline: ArmCounts;
}

/** L: a baseline that fails more often than this is in an incident, which both arms share. */
export function incidentLimit(referenceRate: number): number {
  return Math.max(3 * referenceRate, referenceRate + 0.0025);
}

/** Whether this slot's own baseline is in an incident. */
export function isIncident({ sessions, failed }: ArmCounts, limit: number): boolean {
  return failed >= 5 && failed > limit * sessions;
}

/** Whether the 300 s before a slot held an incident: one of their slots, or all together. Bins that reach in count. */
export function followsIncident(recent: RecentBaseline, startMs: number, limit: number): boolean {
  const sinceMs = startMs - lookBackMs;
  if (recent.incidentMs !== null && recent.incidentMs >= sinceMs) return true;
  let sessions = 0;
  let failed = 0;
  for (const [bin, n, e] of recent.bins) {
    if ((bin + 1) * binMs <= sinceMs) continue;
    sessions += n;
    failed += e;
  }
  return failed >= 10 && failed > limit * sessions;
}

/** What promote evidence may take from a slot: a shared incident makes "twice the baseline" generous. */
export function promotable(lnIncrement: number, slot: { readonly incident: boolean; readonly after: boolean }): number {
  if (slot.after) return 0;
  return slot.incident ? Math.min(lnIncrement, 0) : lnIncrement;
}

/** Takes one slot in; what is older than needed is dropped. */
export function addRecent(
  recent: RecentBaseline,
  { startMs, baseline }: SlotBaseline,
  incident: boolean,
): RecentBaseline {
  const now = Math.floor(startMs / binMs);
  const oldest = now - Math.ceil(lookBackMs / binMs);
  const kept = recent.bins.filter(([bin]) => bin >= oldest && bin !== now);
  const same = recent.bins.find(([bin]) => bin === now);
  const bin = [now, (same?.[1] ?? 0) + baseline.sessions, (same?.[2] ?? 0) + baseline.failed] as const;
  return {
    bins: baseline.sessions === 0 && same === undefined ? kept : [...kept, bin],
    incidentMs: incident ? startMs : recent.incidentMs,
  };
}
