import { decide as decideInCore, parseVersionId, readPointer as readInCore, type DecisionInput } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from './decide.js';
import { readPointer } from './read-pointer.js';

const whole = {
  version: 'v1.0.0',
  canaryVersion: 'v1.1.0',
  canaryPercent: 10,
  lastUpdated: '2024-01-15T10:30:00Z',
  schema: 1,
  generation: 42,
  assignment: 'v1',
  salt: 'mfe1@v1.1.0',
  rolloutId: 'r1',
  blocked: ['v1.0.9'],
  enabledRegions: ['eu'],
  allowList: ['aa'],
  audience: 'staff',
};
const percents = fc.integer({ min: 0, max: 10_000 }).map((bp) => bp / 100);
const fields: Record<keyof typeof whole, fc.Arbitrary<unknown>> = {
  version: fc.constantFrom('v1.0.0', 'v1.0.0-rc.1', 'v0123abc', 'pr-7-abcd'),
  canaryVersion: fc.constantFrom('v1.1.0', 'v1.1.0', 'vabcdef0', null),
  canaryPercent: percents,
  lastUpdated: fc.string(),
  schema: fc.constantFrom(1, 1, 2),
  generation: fc.nat(),
  assignment: fc.constantFrom('v1', 'v1', 'v2'),
  salt: fc.string().map((text) => text.replaceAll(':', '')),
  rolloutId: fc.string(),
  blocked: fc.array(fc.constantFrom('v1.1.0', 'v1.0.9', 'nonsense')),
  enabledRegions: fc.array(fc.constantFrom('eu', 'us')),
  allowList: fc.array(fc.constantFrom('aa', 'bb')),
  audience: fc.constantFrom('staff', ''),
};
const like = fc.record(fields, { requiredKeys: ['version'] });
const visitors = fc.record(
  {
    subject: fc.option(fc.string(), { nil: undefined }),
    bot: fc.boolean(),
    override: fc.constantFrom('canary' as const, 'stable' as const),
    claims: fc.array(fc.constantFrom('staff', 'beta')),
    hashes: fc.array(fc.constantFrom('aa', 'cc')),
    region: fc.constantFrom('eu', 'asia'),
  },
  { requiredKeys: [] },
);

function inCore(value: unknown, visitor: Omit<DecisionInput, 'app' | 'pointer'>): object | undefined {
  const read = readInCore(value);
  return read && decideInCore({ ...visitor, app: 'mfe1', pointer: read.pointer });
}

it('the page decides as core does, whatever a sound pointer says and whoever asks', () => {
  fc.assert(
    fc.property(like, visitors, (value, visitor) => {
      const read = readPointer(value);
      if (read === undefined) throw new Error('the test itself is wrong');
      expect(readInCore(value)?.kind).toBe('sound');
      expect(decide('mfe1', read, visitor)).toMatchObject({ ...inCore(value, visitor) });
    }),
    { seed: 1, numRuns: 3000 },
  );
});

it('reading never throws, and what it gives can be decided upon', () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('v1.0.0', 'v1.1.0', 5, 250, 'eu'));
  const garbled = fc.record(Object.fromEntries(Object.keys(whole).map((name) => [name, field])), { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(garbled, fc.jsonValue()), visitors, (value, visitor) => {
      const read = readPointer(value);
      if (read === undefined) return;
      const { version, arm } = decide('mfe1', read, visitor);
      expect(version).toMatch(/^(v|pr-)[\w.-]+$/);
      if (arm === 'canary') expect(version).toBe((value as typeof whole).canaryVersion);
    }),
    { seed: 2, numRuns: 2000 },
  );
});

it.each<[string, Record<string, unknown>]>([
  ['percent 250', { canaryPercent: 250 }],
  ['a negative percent', { canaryPercent: -1 }],
  ['three decimals', { canaryPercent: 12.345 }],
  ['percent as text', { canaryPercent: '10' }],
  ['percent as a list', { canaryPercent: [10] }],
  ['a canary that is a path', { canaryVersion: '../../etc' }],
  ['a canary that is no text', { canaryVersion: ['v1.1.0'] }],
  ['an empty canary', { canaryVersion: '' }],
  ['a blocked list that is none', { blocked: 'v1.1.0' }],
  ['a salt with a colon', { salt: 'mfe1:v1.1.0' }],
  ['regions that are no list', { enabledRegions: 'eu' }],
  ['an allow list that is no list', { allowList: { aa: true } }],
])('E10 in the page as in core, %s leaves the stable version', (_, damage) => {
  expect(readPointer({ ...whole, ...damage })).toEqual({ version: 'v1.0.0', damaged: true });
});

it('E10 what is no version never gets into an address of the page', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('v1.0.0/../..', 'v1.0.0?', 'latest', '')), (version) => {
      if (readPointer({ version }) === undefined) expect(parseVersionId(version)).toBeUndefined();
      else expect(version).not.toMatch(/[/?#%\\\s]/);
    }),
    { seed: 3 },
  );
});
