import { DeliveryError } from '@sluice/core';

/** The key, or the refusal: relative, `/`-separated, no empty, `.`, `..` or hidden segment, no backslash, no NUL. */
export function checkKey(key: string): string {
  const wrong = key
    .split('/')
    .some((segment) => segment === '' || segment.startsWith('.') || /[\\\0]/.test(segment) || segment.length > 255);
  if (!wrong && key.length <= 1024) return key;
  throw new DeliveryError({
    code: 'usage',
    message: `"${key.slice(0, 200)}" is not a key of a store.`,
    remedy: 'Keys are relative paths like mfe1/v1.0.0/remoteEntry.js, without "..", hidden or empty parts.',
  });
}
