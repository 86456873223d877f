import { DeliveryError } from './errors.js';
import { parseVersionId } from './ids.js';

/** The key, or the refusal: relative, `/`-separated, no empty, `.`, `..` or hidden segment, no backslash, no NUL. */
export function checkStoreKey(key: string): string {
  if (isStoreKey(key)) return key;
  throw new DeliveryError({
    code: 'usage',
    message: `"${key.slice(0, 200)}" is not a key of a store.`,
    remedy: 'Keys are relative paths like mfe1/v1.0.0/remoteEntry.js, without "..", hidden or empty parts.',
  });
}

/** Whether a store can have this key. */
export function isStoreKey(key: string): boolean {
  return key.length <= 1024 && key.split('/').every((segment) => segment !== '' && isPart(segment));
}

/** Whether a key may begin like this; the last part may be unfinished. Nothing is to be found under other prefixes. */
export function canBeginStoreKey(prefix: string): boolean {
  const segments = prefix.split('/');
  return segments.every((segment, i) => isPart(segment) && (segment !== '' || i === segments.length - 1));
}

const pointers = ['active-version.json', 'platform-index.json', 'appconfig-index.json'];

/**
 * What an object is for those who cache it: `version` never changes; `pointer` (and the index) is read by pages and
 * believed for seconds; `document` is for controllers and commands.
 */
export function kindOfKey(key: string): 'version' | 'pointer' | 'document' {
  const segments = key.split('/');
  const name = segments.pop() ?? '';
  if (segments.some((segment) => parseVersionId(segment) !== undefined)) return 'version';
  return pointers.includes(name) ? 'pointer' : 'document';
}

function isPart(segment: string): boolean {
  // A file system counts bytes in a name, not characters.
  return !segment.startsWith('.') && !/[\\\0]/.test(segment) && utf8Length(segment) <= 255;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
