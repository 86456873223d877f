import type { SigningKey } from './signature.js';
import { isSigningKey } from './signature.js';

// Part of the CloudFront Function and of nginx's edge: see choose-version.ts of packages/edge on how it is written.

/** Under this key of a key-value store edges find what they sign and verify by. No app can be called so. */
export const edgeKeysPlace = 'sluice';

/** Of dated keys only what an edge needs, newest first: the first signs, all of them verify. */
export function edgeKeysOf(keys: readonly SigningKey[]): string {
  return JSON.stringify(keys.map((key) => ({ id: key.id, secret: key.secret })));
}

/** What {@link edgeKeysOf} has written; none where it is something else. */
export function readEdgeKeys(text: string): readonly SigningKey[] {
  try {
    return (JSON.parse(text) as readonly unknown[]).filter(isSigningKey);
  } catch {
    return [];
  }
}
