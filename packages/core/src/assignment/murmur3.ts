const imul = Math.imul;

/**
 * MurmurHash3_x86_32 with seed 0 over the UTF-8 bytes of the text (Appleby, smhasher, MurmurHash3.cpp).
 * Lone surrogates count as U+FFFD. Written for small engines: no TextEncoder, no BigInt, and nearly every text is ASCII.
 */
export function murmur3(text: string): number {
  const hash = hashOf(text, 127);
  return hash < 0 ? hashOf(utf8(text), 255) : hash;
}

/** -1 where a character is more than `most`. */
function hashOf(bytes: string, most: number): number {
  const length = bytes.length;
  let hash = 0;
  let seen = 0;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const first = bytes.charCodeAt(at);
    const second = bytes.charCodeAt(at + 1);
    const third = bytes.charCodeAt(at + 2);
    const fourth = bytes.charCodeAt(at + 3);
    seen |= first | second | third | fourth;
    hash ^= scramble(first | (second << 8) | (third << 16) | (fourth << 24));
    hash = (imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let word = 0;
  for (let bits = 0; at < length; at += 1, bits += 8) {
    const byte = bytes.charCodeAt(at);
    seen |= byte;
    word |= byte << bits;
  }
  hash ^= scramble(word) ^ length;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return seen > most ? -1 : (hash ^ (hash >>> 16)) >>> 0;
}

/** The bytes of a text, a character each. */
function utf8(text: string): string {
  let escaped = '';
  for (let i = 0; i < text.length; i += 1) {
    const one = escapedOf(text.charAt(i));
    const pair = one ? '' : escapedOf(text.slice(i, i + 2));
    if (pair) i += 1;
    escaped += one || pair || '%EF%BF%BD';
  }
  return escaped.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Empty for half of a surrogate pair. */
function escapedOf(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return '';
  }
}

function scramble(word: number): number {
  const k = imul(word, 0xcc9e2d51);
  return imul((k << 15) | (k >>> 17), 0x1b873593);
}
