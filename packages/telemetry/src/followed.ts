import type { Arm, BeaconEvent, Slot, SlotJournal, WatchedRollout } from '@sluice/core';
import { bucketOf } from '@sluice/core';
import { replay, type ReplayOptions } from './replay.js';
import { lineOf, type ClosedSlot } from './slot-line.js';
import type { Drop, SlotMachine } from './slot-machine.js';
import { subjectKey, type SubjectKey } from './subject.js';
import type { VersionsLately } from './versions-lately.js';

/** Why an event of an app with a rollout was not counted. */
export type Disbelief =
  Drop | 'no-subject' | 'not-by-bucket' | 'no-generation' | 'ahead' | 'unknown-version' | 'mismatch';

/** A rollout that runs: its slots, and what its sessions may have been assigned under. */
export interface Followed {
  readonly machine: SlotMachine;
  /** Slots that are in the journal and not yet credited. */
  closed: Slot[];
  /** Slots that are closed but not yet in the journal. */
  pending: ClosedSlot[];
  /** Revisions that an event may have been assigned under, newest first, with their weights. */
  revisions: readonly Revision[];
  /** Whose event came last: the next is of the same page. */
  last: Hashed | undefined;
}

interface Hashed {
  readonly subject: string;
  readonly key: SubjectKey;
  readonly bucket: number;
}

export async function followFrom(
  journal: SlotJournal,
  watched: WatchedRollout,
  options: ReplayOptions,
): Promise<Followed> {
  const { machine, closed } = await replay(journal, watched, options);
  const { revision, weightBp } = watched;
  return { machine, closed, pending: [], revisions: [{ revision, weightBp }], last: undefined };
}

/** The rollout as its record now has it. */
export function goOn(followed: Followed, watched: WatchedRollout, nowMs: number): void {
  const { revision, weightBp, lastSlot } = watched;
  if (followed.revisions[0]?.revision !== revision) {
    followed.revisions = [{ revision, weightBp }, ...followed.revisions].slice(0, 2);
  }
  followed.machine.follow(watched, nowMs);
  followed.closed = followed.closed.filter(({ id }) => id > lastSlot);
}

/** Slots that are due; each is in the journal before anybody is told of it. */
export async function persist(
  journal: SlotJournal,
  followed: Followed,
  { nowMs, lately }: { readonly nowMs: number; readonly lately: VersionsLately },
): Promise<void> {
  followed.pending.push(...followed.machine.takeClosed(nowMs));
  for (let next = followed.pending[0]; next !== undefined; next = followed.pending[0]) {
    await journal.append(next.slot.rolloutId, lineOf(next));
    followed.pending.shift();
    followed.closed.push(next.slot);
    lately.sawRollout(followed.machine.watched, next.slot);
  }
}

interface Told {
  readonly event: BeaconEvent;
  readonly page: string;
  readonly subject: string | undefined;
  readonly range?: string | undefined;
  readonly nowMs: number;
}

export function believe(followed: Followed, { event, page, subject, range, nowMs }: Told): Disbelief | undefined {
  const { machine, revisions } = followed;
  const known = subject === undefined ? undefined : hashed(followed, subject);
  const assigned = assignedUnder({ watched: machine.watched, revisions }, event, known?.bucket);
  if (typeof assigned === 'string' || known === undefined)
    return typeof assigned === 'string' ? assigned : 'no-subject';
  const { arm, under } = assigned;
  return machine.take({ event, page, subject: known.key, range, arm, revision: under.revision }, nowMs);
}

interface Revision {
  readonly revision: number;
  readonly weightBp: number;
}

/** Recomputes the assignment: an event whose version does not follow from its subject's bucket is not believed. */
export function assignedUnder<R extends Revision>(
  { watched, revisions }: { readonly watched: WatchedRollout; readonly revisions: readonly R[] },
  { reason, generation, version }: BeaconEvent,
  bucket: number | undefined,
): { readonly arm: Arm; readonly under: R } | Disbelief {
  if (reason !== 'bucket') return 'not-by-bucket';
  if (bucket === undefined) return 'no-subject';
  if (generation === undefined) return 'no-generation';
  if (version !== watched.canary && version !== watched.stable) return 'unknown-version';
  if (generation > (watched.generation ?? Infinity)) return 'ahead';
  const under = revisions.find(({ revision }) => revision <= generation);
  if (under === undefined) return 'stale-revision';
  const arm = bucket < under.weightBp ? 'canary' : 'stable';
  return version === (arm === 'canary' ? watched.canary : watched.stable) ? { arm, under } : 'mismatch';
}

function hashed(followed: Followed, subject: string): Hashed {
  if (followed.last?.subject === subject) return followed.last;
  const bucket = bucketOf(followed.machine.watched.salt, subject);
  followed.last = { subject, key: subjectKey(subject), bucket };
  return followed.last;
}
