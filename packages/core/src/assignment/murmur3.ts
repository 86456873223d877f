/**
 * MurmurHash3_x86_32 with seed 0 over the UTF-8 bytes of the text (Appleby, smhasher, MurmurHash3.cpp).
 * Lone surrogates count as U+FFFD. Written for small engines: no TextEncoder, no allocation, no BigInt.
 */
export function murmur3(text: string): number {
  let hash = 0;
  let word = 0;
  let length = 0;
  const push = (byte: number): void => {
    word |= byte << ((length & 3) << 3);
    length += 1;
    if ((length & 3) !== 0) return;
    hash ^= scramble(word);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    word = 0;
  };
  for (let i = 0; i < text.length; i += 1) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      push(code);
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code < 0xdc00 ? text.charCodeAt(i + 1) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i += 1;
      } else code = 0xfffd;
    }
    if (code < 0x800) push(0xc0 | (code >> 6));
    else {
      if (code < 0x10000) push(0xe0 | (code >> 12));
      else {
        push(0xf0 | (code >> 18));
        push(0x80 | ((code >> 12) & 63));
      }
      push(0x80 | ((code >> 6) & 63));
    }
    push(0x80 | (code & 63));
  }
  hash ^= scramble(word);
  return finish(hash ^ length);
}

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function finish(mixed: number): number {
  let h = mixed ^ (mixed >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
