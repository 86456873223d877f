import type { Slot, SlotJournal, WatchedRollout } from '@sluice/core';
import { readLine, type ReadSlotLine } from './slot-line.js';
import { SlotMachine } from './slot-machine.js';
import { SubjectSet } from './subject-set.js';
import type { RangeCaps } from './trust/range-ledger.js';

/** A rollout as its journal tells it. */
export interface Replayed {
  readonly machine: SlotMachine;
  /** Slots that the record has not credited. */
  readonly closed: Slot[];
}

export interface ReplayOptions {
  readonly nowMs: number;
  readonly caps: RangeCaps | undefined;
}

/**
 * Goes on where the journal ends. What was open when the source stopped was not observed: a new slot begins now, after
 * the last id, and each subject is still counted once.
 */
export async function replay(journal: SlotJournal, watched: WatchedRollout, options: ReplayOptions): Promise<Replayed> {
  const seen = new SubjectSet();
  const failed = new SubjectSet();
  const closed: Slot[] = [];
  let { lastSlot } = watched;
  for (const line of await linesOf(journal, watched.rolloutId)) {
    const { slot } = line;
    const isPresent = slot.revision === watched.revision;
    for (const subject of line.failedSubjects()) {
      failed.add(subject);
      if (isPresent) seen.add(subject);
    }
    if (isPresent) for (const subject of line.subjects()) seen.add(subject);
    if (slot.id > watched.lastSlot) closed.push(slot);
    lastSlot = Math.max(lastSlot, slot.id);
  }
  return { machine: new SlotMachine(watched, { ...options, lastSlot, seen, failed }), closed };
}

/** Slots of a rollout that nobody follows any more. */
export async function closedInJournal(journal: SlotJournal, rolloutId: string): Promise<readonly Slot[]> {
  return (await linesOf(journal, rolloutId)).map(({ slot }) => slot);
}

async function linesOf(journal: SlotJournal, rolloutId: string): Promise<readonly ReadSlotLine[]> {
  const lines: ReadSlotLine[] = [];
  let last = 0;
  for (const text of await journal.read(rolloutId)) {
    const line = readLine(rolloutId, text);
    // The same slot twice (an append whose success was not seen) is one slot.
    if (line === undefined || line.slot.id <= last) continue;
    last = line.slot.id;
    lines.push(line);
  }
  return lines;
}
