import type { AppId, History, Pointer, PlatformIndex, Store } from '@sluice/core';
import { DeliveryError, platformKey } from '@sluice/core';
import {
  emptyPlatformDocument,
  parseHistoryDocument,
  parseIndexDocument,
  parsePlatformDocument,
  parsePointerDocument,
  parseRecordDocument,
  type Parsed,
  type PlatformDocument,
  type RolloutRecord,
  type UnknownSchema,
} from '@sluice/schema';
import { createHash } from 'node:crypto';

/** A document as it was read, with the etag that a compare-and-swap needs; etag null where there is none. */
export interface Found<T> {
  readonly value: T;
  readonly etag: string | null;
}

/** A pointer with the hash of its bytes, by which a record knows its own. */
export interface FoundPointer extends Found<Pointer> {
  readonly hash: string;
}

export async function readPointerDocument(store: Store, key: string): Promise<FoundPointer | null> {
  const found = await readParsed(store, key, (text) => ({
    value: valueOf(parsePointerDocument(text), key),
    hash: sha256(text),
  }));
  return found === undefined ? null : { ...found.value, etag: found.etag };
}

export async function readRecordDocument(store: Store, key: string, app: AppId): Promise<Found<RolloutRecord>> {
  const found = await readParsed(store, key, (text) => valueOf(parseRecordDocument(text), key));
  return found ?? { value: emptyRecord(app), etag: null };
}

/** A group's record; null where it never moved. */
export async function readGroupDocument(store: Store, key: string): Promise<Found<RolloutRecord> | null> {
  return (await readParsed(store, key, (text) => valueOf(parseRecordDocument(text), key))) ?? null;
}

export async function readHistoryDocument(store: Store, key: string): Promise<Found<History>> {
  const found = await readParsed(store, key, (text) => valueOf(parseHistoryDocument(text), key));
  return found ?? { value: { schema: 1, entries: [] }, etag: null };
}

export async function readPlatformDocument(store: Store): Promise<Found<PlatformDocument>> {
  const found = await readParsed(store, platformKey, (text) => valueOf(parsePlatformDocument(text), platformKey));
  return found ?? { value: emptyPlatformDocument, etag: null };
}

/** The index; one that cannot be read is derived anew, because it is only a copy. */
export async function readIndexDocument(store: Store, key: string): Promise<Found<PlatformIndex> | null> {
  const found = await readParsed(store, key, (text) => {
    const parsed = parseIndexDocument(text);
    const empty: PlatformIndex = { schema: 1, sampleRate: 0, apps: {} };
    return parsed.kind === 'ok' ? parsed.value : empty;
  });
  return found ?? null;
}

function emptyRecord(app: AppId): RolloutRecord {
  return {
    schema: 1,
    unit: app,
    serial: 0,
    members: [{ app, rollout: null, write: null, highestGeneration: 0, lines: 0, lastLine: null }],
    id: null,
    group: null,
    queue: null,
    outbox: [],
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface Remembered {
  readonly etag: string;
  readonly value: unknown;
}
const remembered = new WeakMap<Store, Map<string, Remembered>>();
const mostRemembered = 5000;

/** Equal etags mean equal bytes: a document that did not change since is not parsed again. */
async function readParsed<T>(
  store: Store,
  key: string,
  parse: (text: string) => T,
): Promise<{ readonly value: T; readonly etag: string } | undefined> {
  const found = await store.read(key);
  if (found === undefined) return undefined;
  const known = remembered.get(store)?.get(key);
  if (known?.etag === found.etag) return known as { value: T; etag: string };
  const fresh = { etag: found.etag, value: parse(new TextDecoder().decode(found.bytes)) };
  remember(store, key, fresh);
  return fresh;
}

/** What was just written is known as well; the value must be what its text says. */
export function remember(store: Store, key: string, document: Remembered): void {
  const memory = remembered.get(store) ?? new Map<string, Remembered>();
  remembered.set(store, memory);
  memory.delete(key);
  const oldest = memory.size < mostRemembered ? undefined : memory.keys().next().value;
  if (oldest !== undefined) memory.delete(oldest);
  memory.set(key, document);
}

function valueOf<T>(parsed: Parsed<T> | UnknownSchema, key: string): T {
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
