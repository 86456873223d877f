import { DeliveryError } from '@sluice/core';

/** The key, or the refusal: relative, `/`-separated, no empty, `.`, `..` or hidden segment, no backslash, no NUL. */
export function checkKey(key: string): string {
  if (key.length <= 1024 && key.split('/').every((segment) => segment !== '' && isPart(segment))) return key;
  throw new DeliveryError({
    code: 'usage',
    message: `"${key.slice(0, 200)}" is not a key of a store.`,
    remedy: 'Keys are relative paths like mfe1/v1.0.0/remoteEntry.js, without "..", hidden or empty parts.',
  });
}

/** Whether a key may begin like this; the last part may be unfinished. Nothing is to be found under other prefixes. */
export function canBegin(prefix: string): boolean {
  const segments = prefix.split('/');
  return segments.every((segment, i) => isPart(segment) && (segment !== '' || i === segments.length - 1));
}

function isPart(segment: string): boolean {
  // A file system counts bytes in a name, not characters.
  return !segment.startsWith('.') && !/[\\\0]/.test(segment) && Buffer.byteLength(segment) <= 255;
}
