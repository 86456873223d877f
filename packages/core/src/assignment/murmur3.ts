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
    if (length & 3) return;
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
    // How many bytes follow the first, which begins with one 1 more than that.
    let more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    push((256 - (128 >> more)) | (code >> (6 * more)));
    for (; more > 0; more -= 1) push(0x80 | ((code >> (6 * more - 6)) & 63));
  }
  hash ^= scramble(word) ^ length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}
