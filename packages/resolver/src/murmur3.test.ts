import { murmur3 as ofCore } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { murmur3 } from './murmur3.js';

it("gives core's numbers for every text, lone surrogates included", () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.oneof(units, fc.array(fc.integer({ min: 0, max: 0x7f }))), (codes) => {
      const text = String.fromCharCode(...codes);
      expect(murmur3(text)).toBe(ofCore(text));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

it.each(['', 'a', 'ab', 'abc', 'abcd', 'abc\0', '\0\0\0', 'ü', '日本', '😀', 'x\ud800', '\udc00x'])(
  'as core does: %j',
  (text) => {
    expect(murmur3(text)).toBe(ofCore(text));
  },
);
