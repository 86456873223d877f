import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, edgeEntryOf, parseVersionId, type Pointer, type VersionId } from '../index.js';

const v = (name: string): VersionId => parseVersionId(name) as VersionId;
const pointer: Pointer = { version: v('v1.0.0'), canaryVersion: v('v1.1.0'), canaryPercent: 12.5, lastUpdated: 'now' };

describe('the entry of an app at the edge', () => {
  it('leaves out what no decision needs', () => {
    const blocked = [v('v0.9.0'), v('v1.1.0')];
    const entry = edgeEntryOf({ ...pointer, generation: 7, metadata: { why: 'x' }, rolloutId: 'r', blocked });
    expect(JSON.parse(entry)).toEqual({
      version: 'v1.0.0',
      canaryVersion: 'v1.1.0',
      canaryPercent: 12.5,
      generation: 7,
      blocked: ['v1.1.0'],
      rolloutId: 'r',
    });
    expect(JSON.parse(edgeEntryOf({ ...pointer, blocked: [v('v0.9.0')] }))).not.toHaveProperty('blocked');
  });

  it('decides as the pointer does, for everybody', () => {
    const names = fc.constantFrom('v1.0.0', 'v1.1.0', 'v0.9.0').map(v);
    const texts = fc.array(fc.constantFrom('eu', 'us', 'aa', 'staff'), { maxLength: 3 });
    const anyPointer = fc.record(
      {
        version: names,
        canaryVersion: fc.option(names),
        canaryPercent: fc.constantFrom(0, 0.01, 50, 100),
        lastUpdated: fc.constant(''),
        salt: fc.constantFrom('', 'group'),
        assignment: fc.constantFrom('v1', 'v2', ''),
        blocked: fc.array(names, { maxLength: 3 }),
        enabledRegions: texts,
        allowList: texts,
        audience: fc.constantFrom('staff', ''),
      },
      { requiredKeys: ['version', 'canaryVersion', 'canaryPercent', 'lastUpdated'] },
    );
    const anyAsking = fc.record({
      subject: fc.option(fc.string(), { nil: undefined }),
      region: fc.constantFrom(undefined, 'eu', ''),
      claims: fc.constantFrom(undefined, ['staff']),
      hashes: fc.constantFrom(undefined, ['aa']),
    });
    fc.assert(
      fc.property(anyPointer, anyAsking, (pointer, asking) => {
        const entry = JSON.parse(edgeEntryOf(pointer)) as Pointer;
        expect(decide({ app: 'mfe1', pointer: entry, ...asking })).toEqual(decide({ app: 'mfe1', pointer, ...asking }));
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});
