import type { AppId, History, Pointer, Store } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import type { PlatformIndex } from '@sluice/core';
import {
  parseHistoryDocument,
  parseIndexDocument,
  parsePointerDocument,
  parseRecordDocument,
  type Parsed,
  type RolloutRecord,
} from '@sluice/schema';

/** A document as it was read, with the etag that a compare-and-swap needs; etag null where there is none. */
export interface Found<T> {
  readonly value: T;
  readonly etag: string | null;
}

export async function readPointerDocument(
  store: Store,
  key: string,
): Promise<(Found<Pointer> & { text: string }) | null> {
  const found = await readText(store, key);
  if (found === undefined) return null;
  return { value: valueOf(parsePointerDocument(found.text), key), etag: found.etag, text: found.text };
}

export async function readRecordDocument(store: Store, key: string, app: AppId): Promise<Found<RolloutRecord>> {
  const found = await readText(store, key);
  if (found === undefined) return { value: emptyRecord(app), etag: null };
  return { value: valueOf(parseRecordDocument(found.text), key), etag: found.etag };
}

export async function readHistoryDocument(store: Store, key: string): Promise<Found<History>> {
  const found = await readText(store, key);
  if (found === undefined) return { value: { schema: 1, entries: [] }, etag: null };
  return { value: valueOf(parseHistoryDocument(found.text), key), etag: found.etag };
}

/** The index; one that cannot be read is derived anew, because it is only a copy. */
export async function readIndexDocument(store: Store, key: string): Promise<Found<PlatformIndex> | null> {
  const found = await readText(store, key);
  if (found === undefined) return null;
  const parsed = parseIndexDocument(found.text);
  const empty: PlatformIndex = { schema: 1, sampleRate: 0, apps: {} };
  return { value: parsed.kind === 'ok' ? parsed.value : empty, etag: found.etag };
}

function emptyRecord(app: AppId): RolloutRecord {
  return { schema: 1, app, serial: 0, rollout: null, write: null, highestGeneration: 0, outbox: [] };
}

async function readText(store: Store, key: string): Promise<{ text: string; etag: string } | undefined> {
  const found = await store.read(key);
  return found && { text: new TextDecoder().decode(found.bytes), etag: found.etag };
}

function valueOf<T>(parsed: Parsed<T> | { kind: 'unknown-schema'; schema: unknown }, key: string): T {
  if (parsed.kind === 'ok') return parsed.value;
  if (parsed.kind === 'unknown-schema') {
    throw new DeliveryError({
      code: 'schema-unknown',
      message: `"${key}" has schema ${JSON.stringify(parsed.schema)}; this Sluice writes schema 1 only.`,
      remedy: 'Use the newer Sluice that wrote it. Nothing was changed.',
    });
  }
  throw new DeliveryError({
    code: 'document-invalid',
    message: `"${key}" cannot be read.`,
    remedy:
      'Mend the document by hand, then run `sluice doctor`. Nothing was changed; readers go on with the last good one.',
    details: parsed.issues.map((issue) => `${issue.place}: ${issue.problem} ${issue.remedy}`),
  });
}
