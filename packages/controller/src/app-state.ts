import { createHash } from 'node:crypto';
import type { Pointer } from '@sluice/core';
import { indexKey, pointerKey, recordKey } from '@sluice/core';
import type { RolloutRecord } from '@sluice/schema';
import { readIndexDocument, readPointerDocument, readRecordDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';

/** Record and pointer of one app as they were read together, and what they say about each other. */
export interface AppState {
  readonly app: PlatformApp;
  readonly record: RolloutRecord;
  readonly recordEtag: string | null;
  readonly pointer: Pointer | null;
  readonly pointerEtag: string | null;
  /** `done`: the pointer is as intended · `pending`: it is to be written · `drifted`: a human changed it · `free`: nothing is intended. */
  readonly write: 'done' | 'pending' | 'drifted' | 'free';
  /** The highest generation seen in record, pointer and index. */
  readonly highestGeneration: number;
}

export async function readAppState(platform: Platform, app: PlatformApp): Promise<AppState> {
  // The record first: a pointer that is newer than its record is a human's, never the other way round.
  const record = await readRecordDocument(platform.store, recordKey(app.place), app.place.app);
  const pointer = await readPointerDocument(platform.store, pointerKey(app.place));
  const index = await readIndexDocument(platform.store, indexKey);
  const inIndex = index?.value.apps[app.place.app]?.generation ?? 0;
  return {
    app,
    record: record.value,
    recordEtag: record.etag,
    pointer: pointer?.value ?? null,
    pointerEtag: pointer?.etag ?? null,
    write: writeState(record.value, pointer),
    highestGeneration: Math.max(record.value.highestGeneration, pointer?.value.generation ?? 0, inIndex),
  };
}

function writeState(
  record: RolloutRecord,
  pointer: { readonly text: string; readonly etag: string | null } | null,
): AppState['write'] {
  if (record.write === null) return 'free';
  if (pointer !== null && sha256(pointer.text) === record.write.hash) return 'done';
  return (pointer?.etag ?? null) === record.write.before ? 'pending' : 'drifted';
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
