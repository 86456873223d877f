import type { Effect, HistoryEntry, Pointer, Rollout } from '@sluice/core';
import { recordKey } from '@sluice/core';
import { serialisePointer, serialiseRecord, type PointerWrite, type RolloutRecord } from '@sluice/schema';
import type { AppState } from './app-state.js';
import { readAppState, sha256 } from './app-state.js';
import type { Platform } from './platform.js';
import { settle } from './settle.js';
import { writeText } from './write-json.js';

export interface Change {
  readonly rollout: Rollout | null;
  readonly effects: readonly Effect[];
  /** The pointer that shall be; absent when it stays as it is. */
  readonly pointer?: Pointer;
  /** The human's pointer is accepted as it is: nothing is intended any more. */
  readonly letGo?: true;
}

/**
 * The one order of writing: record → pointer → index → history. The record is a compare-and-swap; undefined means that
 * somebody else was faster, and the caller reads and decides anew. The outbox of the record before must be flushed.
 */
export async function commit(platform: Platform, state: AppState, change: Change): Promise<AppState | undefined> {
  const record = nextRecord(platform, state, change);
  const key = recordKey(state.app.place);
  const result = await writeText(platform.store, { key, text: serialiseRecord(record), etag: state.recordEtag });
  if (result.kind === 'conflict') return undefined;
  return settle(platform, await readAppState(platform, state.app));
}

function nextRecord(platform: Platform, state: AppState, change: Change): RolloutRecord {
  return {
    schema: 1,
    app: state.app.place.app,
    serial: state.record.serial + 1,
    rollout: change.rollout,
    write: nextWrite(state, change),
    highestGeneration: Math.max(state.highestGeneration, change.pointer?.generation ?? 0),
    outbox: change.effects.map((effect) => historyEntry(platform, state, effect)),
  };
}

function nextWrite(state: AppState, change: Change): PointerWrite | null {
  if (change.pointer === undefined) return change.letGo === true ? null : state.record.write;
  const text = serialisePointer(change.pointer);
  return { before: state.pointerEtag, hash: sha256(text), text };
}

function historyEntry(platform: Platform, state: AppState, effect: Effect): HistoryEntry {
  const { atMs, ...draft } = effect.draft;
  return {
    id: platform.newId(),
    at: new Date(atMs).toISOString(),
    app: state.app.place.app,
    ...draft,
  };
}
