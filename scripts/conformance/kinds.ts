import type * as core from '@sluice/core';
import { analysisKinds } from './analysis-kinds.js';
import { analysisRunKinds } from './analysis-run-kinds.js';

// The kinds of vectors: how one looks, what it expects, and what Sluice makes of it. A new kind is one entry here.
// This module runs in Node and, bundled, in the browser, each time over that place's own build of core.

export type Code = typeof core;
export type Entry = Readonly<Record<string, unknown>>;
export type Values = Readonly<Record<string, unknown>>;

export interface Kind {
  /** Whether this is a vector of the kind. */
  readonly matches: (entry: Entry) => boolean;
  readonly expected: (entry: Entry) => Values;
  readonly seen: (code: Code, entry: Entry) => Values;
}

/** By the name of the list in the file. */
export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'vectors',
    {
      matches: ({ salt, subject, hash, bucket }) =>
        typeof salt === 'string' &&
        typeof subject === 'string' &&
        typeof bucket === 'number' &&
        ['number', 'undefined'].includes(typeof hash),
      expected: ({ hash, bucket }) => (hash === undefined ? { bucket } : { hash, bucket }),
      seen: (code, { salt, subject, hash }) => {
        const bucket = code.bucketOf(String(salt), String(subject));
        return hash === undefined ? { bucket } : { hash: code.murmur3(`${String(salt)}:${String(subject)}`), bucket };
      },
    },
  ],
  [
    'decisions',
    {
      matches: ({ app, pointer, expected }) => typeof app === 'string' && isRecord(pointer) && isRecord(expected),
      expected: ({ expected }) => expected as Values,
      seen: decisionSeen,
    },
  ],
  ...analysisKinds,
  ...analysisRunKinds,
]);

/** What Sluice makes of each vector, in their order; what it throws is a value as well. */
export function see(code: Code, vectors: readonly { readonly kind: string; readonly entry: Entry }[]): Values[] {
  return vectors.map(({ kind, entry }) => {
    try {
      return kinds.get(kind)?.seen(code, entry) ?? {};
    } catch (error) {
      return { error: String(error) };
    }
  });
}

function decisionSeen(code: Code, entry: Entry): Values {
  const { name: _name, pointer, expected: _expected, ...asked } = entry;
  const read = code.readPointer(pointer);
  if (read === undefined) return { unreadable: true };
  return { ...code.decide({ ...(asked as { app: string }), pointer: read.pointer }) };
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
