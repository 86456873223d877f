import { describe, expect, it } from 'vitest';
import { defaultSampleRate, readIndex } from './platform-index.js';

const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 5, lastUpdated: '' };

describe('the index', () => {
  it('is read with every app', () => {
    const read = readIndex({ schema: 1, sampleRate: 0.5, apps: { shell: { version: 'v2.0.0' }, mfe1: pointer } });
    expect(read?.sampleRate).toBe(0.5);
    expect([...(read?.apps.keys() ?? [])]).toEqual(['shell', 'mfe1']);
    expect([...(read?.apps.values() ?? [])].at(-1)).toEqual({ kind: 'sound', pointer });
  });

  it.each([
    ...[undefined, null, 0, '', 'x', true, [], [pointer], {}, { apps: null }, { apps: [] }, { apps: [pointer] }],
    ...[{ apps: 'mfe1' }, { schema: 1 }, JSON.parse('{"__proto__":{"apps":{}}}') as unknown],
  ])('%j is none', (value) => {
    expect(readIndex(value)).toBeUndefined();
  });

  it.each([null, 7, 'v1.0.0', [], {}, { version: 'latest' }, { version: 'v1' }, { version: '../v1.0.0' }])(
    'E10 with the bad entry %j has the other apps as they are',
    (bad) => {
      const read = readIndex({ schema: 1, sampleRate: 0.01, apps: { a: pointer, bad, z: pointer } });
      expect([...(read?.apps ?? [])]).toEqual([
        ['a', { kind: 'sound', pointer }],
        ['z', { kind: 'sound', pointer }],
      ]);
    },
  );

  it('E10 with a damaged canary has the stable version of that app', () => {
    const read = readIndex({ apps: { a: { ...pointer, canaryPercent: 250 }, z: pointer } });
    expect([...(read?.apps.values() ?? [])].map(({ kind }) => kind)).toEqual(['damaged', 'sound']);
  });

  it('has no app of a forbidden name, nor one that nobody wrote', () => {
    const text = `{"apps":{"__proto__":${JSON.stringify(pointer)},"constructor":${JSON.stringify(pointer)},"api":${JSON.stringify(pointer)},"A":${JSON.stringify(pointer)},"../x":${JSON.stringify(pointer)}}}`;
    const read = readIndex(JSON.parse(text));
    expect(read?.apps.size).toBe(0);
    expect(read?.apps.get('toString' as never)).toBeUndefined();
  });

  it.each([undefined, null, -0.01, 1.01, NaN, Infinity, '0.5', [0.5]])(
    'with the sample rate %s has the default one',
    (sampleRate) => {
      expect(readIndex({ sampleRate, apps: {} })?.sampleRate).toBe(defaultSampleRate);
    },
  );

  it.each([0, 1])('may sample at the border %d', (sampleRate) => {
    expect(readIndex({ sampleRate, apps: {} })?.sampleRate).toBe(sampleRate);
  });

  it.each([2, '1', null])('under the schema %j is read as far as it is understood', (schema) => {
    expect(readIndex({ schema, apps: { mfe1: pointer } })?.apps.size).toBe(1);
  });
});
