import type { AcceptedPointer, Pointer, ReadPointer } from '@sluice/core';
import { acceptPointer, defaultSampleRate, readIndex, readPointer } from '@sluice/core';
import { fetchJson } from './fetch-json.js';
import { recall, remember } from './storage.js';

/** The pointers that this page obeys. */
export interface PagePointers {
  readonly sampleRate: number;
  readonly apps: ReadonlyMap<string, Pointer>;
  /** One pointer, where the index did not name the app. */
  single(app: string): Promise<Pointer | undefined>;
}

export interface PointerOptions {
  readonly indexUrl: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

const storageKey = 'sluice_pointers';

/**
 * The index, by one request for all apps. Where it cannot be read: the last good pointers of this browser, and single
 * pointers for apps that were never seen. A lower generation is ignored for a while, a garbled entry harms itself only.
 */
export async function loadPointers(options: PointerOptions): Promise<PagePointers> {
  const held = lastGood();
  const fetched = await fetchJson(options.indexUrl, options.timeoutMs);
  const index = typeof fetched === 'object' ? readIndex(fetched.value) : undefined;
  for (const [app, read] of index?.apps ?? []) take(held, app, { read, nowMs: options.now() });
  if (index !== undefined) remember(storageKey, Object.fromEntries(held));
  const apps = new Map<string, Pointer>();
  for (const [app, { pointer }] of held) {
    // An app that is no longer in the index is no longer the platform's.
    if (index === undefined || index.apps.has(app as never)) apps.set(app, pointer);
  }
  return {
    sampleRate: index?.sampleRate ?? defaultSampleRate,
    apps,
    async single(app) {
      if (index !== undefined || fetched === 'slow') return undefined;
      const one = await fetchJson(`/${app}/active-version.json`, options.timeoutMs);
      return typeof one === 'object' ? readPointer(one.value)?.pointer : undefined;
    },
  };
}

function take(held: Map<string, AcceptedPointer>, app: string, seen: { read: ReadPointer; nowMs: number }): void {
  const before = held.get(app);
  if (seen.read.kind === 'damaged' && before !== undefined) return;
  held.set(app, acceptPointer(before, seen.read.pointer, seen.nowMs));
}

/** What this browser obeyed last; read as carefully as anything from outside. */
function lastGood(): Map<string, AcceptedPointer> {
  const held = new Map<string, AcceptedPointer>();
  const stored = recall(storageKey);
  if (typeof stored !== 'object' || stored === null) return held;
  for (const [app, entry] of Object.entries(stored) as [string, Partial<AcceptedPointer> | null][]) {
    const read = readPointer(entry?.pointer);
    if (read?.kind === 'sound')
      held.set(app, { pointer: read.pointer, receivedAtMs: Number(entry?.receivedAtMs) || 0 });
  }
  return held;
}
