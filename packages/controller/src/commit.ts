import type { AppId, Effect, HistoryEntry, Pointer, Rollout } from '@sluice/core';
import { recordKey } from '@sluice/core';
import { serialisePointer, serialiseRecord, type MemberRecord, type Queued, type RolloutRecord } from '@sluice/schema';
import { remember, sha256 } from './documents.js';
import type { Platform } from './platform.js';
import { settle } from './settle.js';
import type { MemberState, UnitState, View } from './unit.js';
import { readAgain, readUnit } from './unit.js';
import { writeText } from './write-json.js';

/** What becomes of one app. */
export interface MemberChange {
  readonly app: AppId;
  readonly rollout: Rollout | null;
  /** The pointer that shall be; absent when it stays as it is. */
  readonly pointer?: Pointer;
  /** The human's pointer is accepted as it is, so that the next change of it is noticed again. */
  readonly letGo?: true;
}

export interface Change {
  /** Members that are not named stay as they are. */
  readonly members: readonly MemberChange[];
  readonly effects: readonly Effect[];
  /** Absent: it stays as it is. */
  readonly queue?: Queued | null;
  /** The app goes its own way from here on, out of a group that has ended. */
  readonly alone?: true;
}

/**
 * The one order of writing: record → pointer → index → history. The record is a compare-and-swap; undefined means that
 * somebody else was faster, and the caller reads and decides anew. The outbox of the record before must be flushed.
 */
export async function commit(
  platform: Platform,
  unit: UnitState,
  { view, ...change }: Change & { readonly view?: View | undefined },
): Promise<UnitState | undefined> {
  const own = change.alone === true && unit.record.id !== null ? ownRecord(unit.asked) : unit;
  const record = nextRecord(platform, { ...own, members: own === unit ? unit.members : [unit.asked] }, change);
  const result = await writeText(platform.store, { key: own.key, text: serialiseRecord(record), etag: own.etag });
  if (result.kind === 'conflict') return undefined;
  remember(platform.store, own.key, { etag: result.etag, value: record });
  const now = own === unit ? await readAgain(platform, unit, view) : await readUnit(platform, unit.asked.app, view);
  return settle(platform, now, view);
}

function ownRecord(asked: MemberState): Pick<UnitState, 'key' | 'etag' | 'record'> {
  const { value, etag } = asked.home;
  const member = { ...asked.record, highestGeneration: asked.highestGeneration };
  return { key: recordKey(asked.app.place), etag, record: { ...value, members: [member], group: null } };
}

type Base = Pick<UnitState, 'record' | 'members'>;

function nextRecord(platform: Platform, base: Base, change: Change): RolloutRecord {
  const outbox = change.effects.map((effect) => {
    const { generation } = change.members.find(({ app }) => app === effect.draft.app)?.pointer ?? {};
    return historyEntryOf(platform, { effect, generation });
  });
  return {
    ...base.record,
    serial: base.record.serial + 1,
    members: base.members.map((member) => nextMember(member, { change, outbox })),
    queue: change.queue === undefined ? base.record.queue : change.queue,
    outbox,
  };
}

function nextMember(
  member: MemberState,
  { change, outbox }: { readonly change: Change; readonly outbox: readonly HistoryEntry[] },
): MemberRecord {
  return memberRecordOf(member, { change: change.members.find(({ app }) => app === member.record.app), outbox });
}

/** A member's part of a record after a change of it. */
export function memberRecordOf(
  member: MemberState,
  { change, outbox }: { readonly change: MemberChange | undefined; readonly outbox: readonly HistoryEntry[] },
): MemberRecord {
  const { app } = member.record;
  const lines = outbox.filter((entry) => entry.app === app);
  return {
    app,
    rollout: change === undefined ? member.record.rollout : change.rollout,
    write: nextWrite(member, change),
    highestGeneration: Math.max(member.highestGeneration, change?.pointer?.generation ?? 0),
    lines: member.record.lines + lines.length,
    lastLine: lines.at(-1)?.id ?? member.record.lastLine,
  };
}

function nextWrite(member: MemberState, mine: MemberChange | undefined): MemberRecord['write'] {
  if (mine?.pointer === undefined) return mine?.letGo === true ? accepted(member) : member.record.write;
  const text = serialisePointer(mine.pointer);
  return { before: member.pointerEtag, hash: sha256(text), text };
}

/** What is there is what is wanted: there is nothing to write. */
function accepted({ pointerEtag, pointerHash }: MemberState): MemberRecord['write'] {
  return pointerHash === null ? null : { before: pointerEtag, hash: pointerHash, text: '' };
}

/** An effect as a line of the history; with the pointer's generation where one is written with it. */
export function historyEntryOf(
  platform: Platform,
  { effect, generation }: { readonly effect: Effect; readonly generation: number | undefined },
): HistoryEntry {
  const { atMs, ...draft } = effect.draft;
  return {
    id: platform.newId(),
    at: new Date(atMs).toISOString(),
    ...draft,
    ...(generation === undefined ? {} : { generation }),
  };
}
