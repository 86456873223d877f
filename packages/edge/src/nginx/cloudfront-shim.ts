import type { SigningKey } from '@sluice/core';
import { edgeEntryOf, edgeKeysOf, edgeKeysPlace, readPointer } from '@sluice/core';

// What viewer-request imports as `cloudfront`, over pointers instead of a key-value store. It runs in njs, and is written
// as choose-version.ts is. Each request has an engine of its own, so that what is kept here is one request's.

/** Where pointers and keys come from, and where the last good pointers are. None of these throws. */
export interface Source {
  /** Empty where it cannot be had. */
  load(app: string): Promise<string>;
  recall(app: string): string;
  remember(app: string, text: string): void;
  /** Newest first; empty where there are none that can be used. */
  keys(): readonly SigningKey[];
}

let source: Source | undefined;

function use(next: Source): void {
  source = next;
}

function kvs(): { get(app: string): Promise<string> } {
  return { get };
}

/** The entry of the pointer as every reader takes it: a garbled one changes nothing, and never hides the last good one. */
async function get(app: string): Promise<string> {
  const from = source as Source;
  if (app === edgeKeysPlace) return edgeKeysOf(from.keys());
  const text = await from.load(app);
  const fresh = read(text);
  if (fresh && fresh.kind === 'sound') {
    if (from.recall(app) !== text) from.remember(app, text);
    return edgeEntryOf(fresh.pointer);
  }
  const usable = read(from.recall(app)) || fresh;
  if (!usable) throw new Error('no pointer');
  return edgeEntryOf(usable.pointer);
}

function read(text: string): ReturnType<typeof readPointer> {
  try {
    return readPointer(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export const cloudfront = { kvs, use };
