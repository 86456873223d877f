/** Core's `murmur3` for browsers, which have an encoder: the same numbers in fewer bytes. Lone surrogates are U+FFFD. */
export function murmur3(text: string): number {
  const { imul } = Math;
  let hash = 0;
  let word = 0;
  // With three zeros behind it the last word is whole.
  const bytes = new TextEncoder().encode(`${text}\0\0\0`);
  const length = bytes.length - 3;
  bytes.forEach((byte, i) => {
    // A shift takes its count modulo 32.
    word |= byte << (i * 8);
    if (i % 4 < 3) return;
    word = imul(word, 0xcc9e2d51);
    hash ^= imul((word << 15) | (word >>> 17), 0x1b873593);
    if (i < length) hash = imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
    word = 0;
  });
  hash ^= length;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
