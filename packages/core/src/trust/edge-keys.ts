import type { SigningKey } from './signature.js';

/** Under this key of a key-value store edges find what they sign and verify by. No app can be called so. */
export const edgeKeysPlace = 'sluice';

/** Of dated keys only what an edge needs, newest first: the first signs, all of them verify. */
export function edgeKeysOf(keys: readonly SigningKey[]): string {
  return JSON.stringify(keys.map(({ id, secret }) => ({ id, secret })));
}

/**
 * What {@link edgeKeysOf} has written; none where it is something else. It is part of the CloudFront Function, and written
 * for its engine.
 */
export function readEdgeKeys(text: string): readonly SigningKey[] {
  try {
    const keys = JSON.parse(text) as readonly SigningKey[];
    return keys.filter((key) => key.id.search(/^[a-z0-9]{1,16}$/) === 0 && key.secret.length >= 32);
  } catch {
    return [];
  }
}
