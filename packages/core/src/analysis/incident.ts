import type { ArmCounts } from './slot.js';

/** What the baseline did lately, in bins of 30 s, so that it stays small whatever the length of slots. */
export interface RecentBaseline {
  /** Number of the first bin: its start in epoch milliseconds over 30,000. */
  readonly from: number;
  /** Sessions and failed sessions, bin by bin. */
  readonly sessions: readonly number[];
  readonly failed: readonly number[];
  /** Start of the last slot whose baseline was in an incident, epoch milliseconds; null before the first. */
  readonly incidentMs: number | null;
}

export const noRecentBaseline: RecentBaseline = { from: 0, sessions: [], failed: [], incidentMs: null };

const binMs = 30_000;
const lookBackMs = 300_000;
const lookBackBins = lookBackMs / binMs;

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
  // Bins that reach into the 300 s count whole.
  const skipped = Math.max(0, Math.floor(sinceMs / binMs) - recent.from);
  const sum = (counts: readonly number[]): number => counts.slice(skipped).reduce((all, count) => all + count, 0);
  const failed = sum(recent.failed);
  return failed >= 10 && failed > limit * sum(recent.sessions);
}

/** What promote evidence may take from a slot: a shared incident makes "twice the baseline" generous. */
export function promotable(lnIncrement: number, slot: { readonly incident: boolean; readonly after: boolean }): number {
  if (slot.after) return 0;
  return slot.incident ? Math.min(lnIncrement, 0) : lnIncrement;
}

/** Takes one slot in; what is older than needed is dropped. A clock that was set back adds to the last bin. */
export function addRecent(recent: RecentBaseline, slot: SlotBaseline, incident: boolean): RecentBaseline {
  const { sessions, failed } = slot.baseline;
  const last = recent.from + recent.sessions.length - 1;
  const now =
    recent.sessions.length === 0 ? Math.floor(slot.startMs / binMs) : Math.max(last, Math.floor(slot.startMs / binMs));
  const from = Math.max(now - lookBackBins, recent.sessions.length === 0 ? now : recent.from);
  const bins = (counts: readonly number[], add: number): readonly number[] =>
    Array.from(
      { length: now - from + 1 },
      (_, i) => (counts[from + i - recent.from] ?? 0) + (from + i === now ? add : 0),
    );
  return {
    from,
    sessions: bins(recent.sessions, sessions),
    failed: bins(recent.failed, failed),
    incidentMs: incident ? slot.startMs : recent.incidentMs,
  };
}
