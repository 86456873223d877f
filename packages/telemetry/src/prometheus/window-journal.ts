import type { Slot, SlotJournal, WatchedRollout } from '@sluice/core';
import type { Cut, Window, WindowStart } from './window.js';

/** How far the windows of a rollout are. */
export interface WindowsSoFar {
  readonly start: WindowStart;
  readonly lastId: number;
  readonly slots: readonly Slot[];
}

/** `b` begins anew at a moment; `w` is a window that ended, with its slots and each instance's cut. */
type WindowLine =
  | { readonly b: number }
  | {
      readonly w: number;
      readonly cuts: readonly (readonly [instance: string, atMs: number, startS: number])[];
      readonly slots: readonly Slot[];
    };

export function beginLine(beganMs: number): string {
  return JSON.stringify({ b: beganMs } satisfies WindowLine);
}

export function windowLine({ endMs, cuts }: Window, slots: readonly Slot[]): string {
  const line: WindowLine = { w: endMs, cuts: [...cuts].map(([name, { atMs, startS }]) => [name, atMs, startS]), slots };
  return JSON.stringify(line);
}

/** What the journal tells; undefined where nothing was begun. A line that cannot be read is left out. */
export async function windowsInJournal(journal: SlotJournal, rolloutId: string): Promise<WindowsSoFar | undefined> {
  let start: WindowStart | undefined;
  const slots: Slot[] = [];
  for (const text of await journal.read(rolloutId)) {
    const line = readLine(text);
    if (line === undefined) continue;
    if ('b' in line) {
      start = beginAt(line.b);
      continue;
    }
    // The same window twice (an append whose success was not seen) is one window.
    if (line.w <= (start?.startMs ?? -Infinity)) continue;
    const cuts = new Map(line.cuts.map(([name, atMs, startS]): [string, Cut] => [name, { atMs, startS }]));
    start = { beganMs: start?.beganMs ?? line.w, startMs: line.w, cuts };
    slots.push(...line.slots);
  }
  return start && { start, slots, lastId: slots.at(-1)?.id ?? 0 };
}

export function beginAt(beganMs: number): WindowStart {
  return { beganMs, startMs: beganMs, cuts: new Map() };
}

/** Goes on where the journal ends; a rollout that it does not know, or of too long ago, begins now. */
export async function goOnFrom(
  journal: SlotJournal,
  watched: WatchedRollout,
  { nowMs, mostBehindMs }: { readonly nowMs: number; readonly mostBehindMs: number },
): Promise<WindowsSoFar> {
  const found = await windowsInJournal(journal, watched.rolloutId);
  const lastId = Math.max(watched.lastSlot, found?.lastId ?? 0);
  const slots = (found?.slots ?? []).filter(({ id }) => id > watched.lastSlot);
  if (found !== undefined && nowMs - found.start.startMs <= mostBehindMs) return { ...found, lastId, slots };
  await journal.append(watched.rolloutId, beginLine(nowMs));
  return { start: beginAt(nowMs), lastId, slots };
}

function readLine(text: string): WindowLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isWindowLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isWindowLine(line: unknown): line is WindowLine {
  if (typeof line !== 'object' || line === null) return false;
  const { b, w, cuts, slots } = line as Readonly<Record<string, unknown>>;
  if (Number.isFinite(b)) return true;
  if (!Number.isFinite(w) || !Array.isArray(cuts) || !Array.isArray(slots)) return false;
  return (
    (cuts as readonly unknown[]).every(
      (cut) => Array.isArray(cut) && typeof cut[0] === 'string' && Number.isFinite(cut[1]) && Number.isFinite(cut[2]),
    ) && (slots as readonly unknown[]).every((slot) => Number.isInteger((slot as Partial<Slot> | null)?.id))
  );
}
