import type { Slot, SlotJournal, WatchedRollout } from '@sluice/core';
import { failedIn, othersIn, rangesIn, readHead, readSlot, type SlotLineHead } from './slot-line.js';
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
 * the last id, each subject is still counted once, and what an
 * address range has contributed is not forgotten.
 */
export async function replay(journal: SlotJournal, watched: WatchedRollout, options: ReplayOptions): Promise<Replayed> {
  const seen = new SubjectSet();
  const failed = new SubjectSet();
  const closed: Slot[] = [];
  const ranges = { failed: 0, keys: [] as string[] };
  let { lastSlot } = watched;
  for (const { line, text } of linesOf(await journal.read(watched.rolloutId))) {
    for (const subject of failedIn(line)) failed.add(subject);
    ranges.failed += line.failed;
    if (line.failed > 0) ranges.keys.push(...rangesIn(text));
    if (line.revision === watched.revision) {
      for (const subject of [...failedIn(line), ...othersIn(line)]) seen.add(subject);
    }
    lastSlot = Math.max(lastSlot, line.id);
    const slot = line.id > watched.lastSlot ? readSlot(watched.rolloutId, text) : undefined;
    if (slot !== undefined) closed.push(slot);
  }
  return { machine: new SlotMachine(watched, { ...options, lastSlot, seen, failed, ranges }), closed };
}

/** Slots of a rollout that nobody follows any more. */
export async function closedInJournal(journal: SlotJournal, rolloutId: string): Promise<readonly Slot[]> {
  return [...linesOf(await journal.read(rolloutId))]
    .map(({ text }) => readSlot(rolloutId, text))
    .filter((slot) => slot !== undefined);
}

/** Lines that are ones, each slot once: an append whose success was not seen is repeated. */
function* linesOf(texts: readonly string[]): Generator<{ readonly line: SlotLineHead; readonly text: string }> {
  let last = 0;
  for (const text of texts) {
    const line = readHead(text);
    if (line === undefined || line.id <= last) continue;
    last = line.id;
    yield { line, text };
  }
}
