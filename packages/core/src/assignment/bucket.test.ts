import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bucketOf, weightBpOf } from './bucket.js';
import { murmur3 } from './murmur3.js';

interface Vector {
  readonly salt: string;
  readonly subject: string;
  readonly hash: number;
  readonly bucket: number;
}

const file = new URL('../../../../conformance/assignment.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] };

describe('assignment v1', () => {
  it('gives hash and bucket of every reference vector', () => {
    expect(vectors.length).toBeGreaterThan(60);
    const seen = vectors.map(({ salt, subject }) => ({
      salt,
      subject,
      hash: murmur3(`${salt}:${subject}`),
      bucket: bucketOf(salt, subject),
    }));
    expect(seen).toEqual(vectors);
  });

  // Published test values of MurmurHash3_x86_32 with seed 0.
  it.each([
    ['', 0],
    ['a', 0x3c2569b2],
    ['hello', 0x248bfa47],
    ['hello, world', 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ] as const)('hashes %j as the algorithm is published', (text, hash) => {
    expect(murmur3(text)).toBe(hash);
  });

  it('hashes the UTF-8 bytes that an encoder makes of the same text, lone surrogates included', () => {
    const bytes = (text: string): string => Buffer.from(new TextEncoder().encode(text)).toString('latin1');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0xd7f0, max: 0xe00f })), (text, units) => {
        const mixed = text + String.fromCharCode(...units);
        expect(murmur3(mixed)).toBe(reference(bytes(mixed)));
      }),
      { seed: 1 },
    );
  });

  it('spreads 100,000 subjects evenly over the buckets', () => {
    const counts = Array.from({ length: 100 }, () => 0);
    for (let i = 0; i < 100_000; i += 1) {
      const cell = Math.floor(bucketOf('mfe1@v1.1.0', `user-${String(i)}`) / 100);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0);
    // 99 degrees of freedom: 0.1 % of fair spreads exceed 148.2.
    expect(chiSquare).toBeLessThan(148.2);
  });

  it('gives whole buckets from 0 to 9999 only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (salt, subject) => {
        const bucket = bucketOf(salt, subject);
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket <= 9999).toBe(true);
      }),
      { seed: 2 },
    );
  });

  it('weighs every percent of at most two decimals exactly', () => {
    for (let bp = 0; bp <= 10_000; bp += 1) expect(weightBpOf(Number((bp / 100).toFixed(2)))).toBe(bp);
  });
});

/** MurmurHash3_x86_32 word by word over latin1 bytes, in another way than murmur3.ts: whole words by BigInt. */
function reference(bytes: string): number {
  const mask = 0xffffffffn;
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (32n - by))) & mask;
  let hash = 0n;
  for (let at = 0; at < bytes.length; at += 4) {
    const part = bytes.slice(at, at + 4);
    const word = Array.from(part).reduce(
      (sum, char, index) => sum | (BigInt(char.charCodeAt(0)) << BigInt(8 * index)),
      0n,
    );
    hash ^= (rotate((word * 0xcc9e2d51n) & mask, 15n) * 0x1b873593n) & mask;
    if (part.length === 4) hash = (rotate(hash, 13n) * 5n + 0xe6546b64n) & mask;
  }
  hash ^= BigInt(bytes.length);
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
  return Number(hash ^ (hash >> 16n));
}
