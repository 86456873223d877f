import * as core from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { kinds } from '../scripts/conformance/kinds.js';
import { same } from '../scripts/conformance/same.js';
import { readVectors } from '../scripts/conformance/vectors.js';

// The same vectors as `npm run conformance`, against the source: a deliberate bug in a rule of the analysis fails here.
const files = await Promise.all(
  ['analysis', 'analysis-rules'].map((name) =>
    readVectors(new URL(`../conformance/${name}.json`, import.meta.url).pathname),
  ),
);
const rows = files.flatMap(({ vectors, tolerance }) =>
  vectors.map((vector) => {
    const { name } = vector.entry;
    return { ...vector, tolerance, title: `${vector.place}${typeof name === 'string' ? `: ${name}` : ''}` };
  }),
);

describe('the analysis agrees with reference values of another implementation', () => {
  it.each(rows)('$title', ({ kind, entry, expected, tolerance }) => {
    const seen = kinds.get(kind)?.seen(core, entry);
    expect(
      same(expected, JSON.parse(JSON.stringify(seen)), tolerance),
      JSON.stringify({ expected, seen }).slice(0, 2000),
    ).toBe(true);
  });
});
