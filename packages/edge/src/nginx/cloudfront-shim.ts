import { edgeEntryOf, readPointer } from '@sluice/core';

// What the CloudFront Function imports as `cloudfront`, over pointers instead of a key-value store. It runs in njs, and is
// written as choose-version.ts is. Each request has an engine of its own, so that what is kept here is one request's.

type Source = (app: string) => string | Promise<string>;

let source: Source | undefined;
let known: Record<string, string> = {};

function use(next: Source): void {
  source = next;
  known = {};
}

function kvs(): { get(app: string): Promise<string> } {
  return { get };
}

async function get(app: string): Promise<string> {
  const before = known[app];
  if (before) return before;
  const text = await (source as Source)(app);
  const read = readPointer(text && JSON.parse(text));
  if (!read) throw new Error('no pointer');
  const entry = edgeEntryOf(read.pointer);
  known[app] = entry;
  return entry;
}

export const cloudfront = { kvs, use };
