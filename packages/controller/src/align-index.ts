import type { Pointer, PlatformIndex } from '@sluice/core';
import { DeliveryError, indexKey } from '@sluice/core';
import { serialiseIndex } from '@sluice/schema';
import type { Found } from './documents.js';
import { readIndexDocument, remember } from './documents.js';
import type { Platform } from './platform.js';
import { attemptsOnConflict, writeText } from './write-json.js';

/**
 * Brings index entries into line with the pointers, all in one write, and writes nothing where they are. An entry whose
 * pointer has no generation, or a lower one, is stamped one above its own, so that pages believe it at once. `known`
 * is the index as it was read a moment ago; where it is outdated the write conflicts and the index is read again.
 */
export async function alignIndex(
  platform: Platform,
  pointers: readonly { readonly app: string; readonly pointer: Pointer }[],
  known?: Found<PlatformIndex> | null,
): Promise<'in-line' | 'written'> {
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const fresh = attempt > 0 || known === undefined;
    const found = fresh ? await readIndexDocument(platform.store, indexKey) : known;
    const present = found?.value ?? { schema: 1 as const, sampleRate: -1, apps: {} };
    const wanted = aligned(present, pointers, platform.sampleRate);
    if (wanted === undefined) return 'in-line';
    const text = serialiseIndex(wanted);
    const result = await writeText(platform.store, { key: indexKey, text, etag: found?.etag ?? null });
    if (result.kind === 'conflict') continue;
    remember(platform.store, indexKey, { etag: result.etag, value: wanted });
    return 'written';
  }
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `"${indexKey}" was changed by others ${String(attemptsOnConflict)} times while it was being written.`,
    remedy: 'Try again; `sluice doctor` shows whether the index is in line with the pointers.',
  });
}

function aligned(
  index: PlatformIndex,
  pointers: readonly { readonly app: string; readonly pointer: Pointer }[],
  sampleRate: number,
): PlatformIndex | undefined {
  const changed = pointers.flatMap(({ app, pointer }) => {
    const entry = entryFor(pointer, index.apps[app]);
    return entry === undefined ? [] : [[app, entry] as const];
  });
  if (changed.length === 0 && index.sampleRate === sampleRate) return undefined;
  return { schema: 1, sampleRate, apps: { ...index.apps, ...Object.fromEntries(changed) } };
}

/** Whether an index has nothing else to say of an app than its pointer. */
export function isInLine(
  index: PlatformIndex | undefined,
  { app, pointer }: { readonly app: string; readonly pointer: Pointer },
): boolean {
  return index !== undefined && entryFor(pointer, index.apps[app]) === undefined;
}

/** The entry that should be there; undefined where the present one says the same. */
function entryFor(pointer: Pointer, present: Pointer | undefined): Pointer | undefined {
  const { metadata: _notForPages, ...entry } = pointer;
  if (present === undefined) return entry;
  if (sameExceptGeneration(entry, present)) {
    const lower = entry.generation === undefined || entry.generation <= (present.generation ?? -1);
    return lower ? undefined : entry;
  }
  const above = (present.generation ?? 0) + 1;
  return entry.generation === undefined || entry.generation < above ? { ...entry, generation: above } : entry;
}

/** Fields are compared as JSON, so that lists and what a human added are compared as well. */
function sameExceptGeneration(a: Pointer, b: Pointer): boolean {
  const fields: Readonly<Record<string, unknown>> = { ...a };
  const others: Readonly<Record<string, unknown>> = { ...b };
  const names = new Set([...Object.keys(fields), ...Object.keys(others)]);
  names.delete('generation');
  names.delete('schema');
  return [...names].every((name) => same(fields[name], others[name]));
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
