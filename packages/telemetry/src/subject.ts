import { murmur3 } from '@sluice/core';

/** A subject's hash: a whole number below 2^36. Enough to count each once, too few bits to be an identity. */
export type SubjectKey = number;

/** Independent of the bucket, which hashes another text. */
export function subjectKey(subject: string): SubjectKey {
  return murmur3(`${subject}#session`) * 16 + (murmur3(`${subject}#more`) >>> 28);
}

/** Whether a subject belongs to the one half of the baseline. */
export function isInHalf(key: SubjectKey): boolean {
  return key % 2 === 1;
}

/** Characters of a key in a line: six bits each. */
export const keyLength = 6;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const digits = new Map(Array.from(alphabet, (character, digit) => [character, digit]));

export function writeKeys(keys: Iterable<SubjectKey>): string {
  let text = '';
  for (const key of keys) {
    for (let shift = keyLength - 1; shift >= 0; shift -= 1) text += alphabet[Math.floor(key / 64 ** shift) % 64] ?? '';
  }
  return text;
}

/** Undefined where the text is not what {@link writeKeys} writes. */
export function readKeys(text: string): SubjectKey[] | undefined {
  if (text.length % keyLength !== 0) return undefined;
  const keys: SubjectKey[] = [];
  for (let at = 0; at < text.length; at += keyLength) {
    let key = 0;
    for (let i = at; i < at + keyLength; i += 1) key = key * 64 + (digits.get(text.charAt(i)) ?? NaN);
    if (Number.isNaN(key)) return undefined;
    keys.push(key);
  }
  return keys;
}
