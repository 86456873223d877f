import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPercent, readPointer, saltOf, type Pointer } from './pointer.js';

const brief = {
  version: 'v1.0.0',
  canaryVersion: 'v1.1.0',
  canaryPercent: 10,
  lastUpdated: '2024-01-15T10:30:00Z',
  metadata: { commitSha: 'abc123', deployedBy: 'ci-pipeline' },
};
const ours = {
  ...brief,
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
const onlyStable = { version: 'v1.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '2024-01-15T10:30:00Z' };

describe('a pointer is read', () => {
  it("with the brief's five fields", () => {
    expect(readPointer(brief)).toEqual({ kind: 'sound', pointer: brief });
  });

  it('with all fields of ours', () => {
    expect(readPointer(ours)).toEqual({ kind: 'sound', pointer: ours });
  });

  it('with the stable version alone', () => {
    expect(readPointer({ version: 'v1.0.0' })).toEqual({ kind: 'sound', pointer: { ...onlyStable, lastUpdated: '' } });
  });

  it.each([null, undefined])('canaryVersion %j means no canary, whatever the percent', (canaryVersion) => {
    const pointer = readPointer({ ...brief, canaryVersion, metadata: undefined })?.pointer;
    expect(pointer).toEqual(onlyStable);
  });

  it('a canary without percent gets nobody', () => {
    expect(readPointer({ ...brief, canaryPercent: undefined })?.pointer.canaryPercent).toBe(0);
  });

  it('fields that nobody knows are left out', () => {
    const read = readPointer({ ...brief, paused: true, toString: 'x' });
    expect(read).toEqual({ kind: 'sound', pointer: brief });
  });
});

describe('E10 a damaged canary leaves the stable version', () => {
  it.each<[string, Record<string, unknown>]>([
    ['percent 250', { canaryPercent: 250 }],
    ['percent 100.01', { canaryPercent: 100.01 }],
    ['a negative percent', { canaryPercent: -1 }],
    ['three decimals', { canaryPercent: 12.345 }],
    ['NaN', { canaryPercent: NaN }],
    ['Infinity', { canaryPercent: Infinity }],
    ['percent as text', { canaryPercent: '10' }],
    ['percent as a list', { canaryPercent: [10] }],
    ['percent as an object', { canaryPercent: {} }],
    ['a canary that is a path', { canaryVersion: '../../etc/passwd' }],
    ['a canary that is an address', { canaryVersion: 'https://evil.example/v1.0.0' }],
    ['a canary that is no text', { canaryVersion: ['v1.1.0'] }],
    ['an empty canary', { canaryVersion: '' }],
    ['a blocked list that is none', { blocked: 'v1.1.0' }],
    ['a salt with a colon', { salt: 'mfe1:v1.1.0' }],
    ['a salt of a megabyte', { salt: 'x'.repeat(1_000_000) }],
    ['a generation that is no number', { generation: '42' }],
    ['a generation of part', { generation: 1.5 }],
    ['a generation beyond counting', { generation: 2 ** 60 }],
    ['a negative generation', { generation: -1 }],
    ['regions that are no list', { enabledRegions: 'eu' }],
    ['regions that are no texts', { enabledRegions: [1] }],
    ['an allow list that is no list', { allowList: { aa: true } }],
    ['an audience that is no text', { audience: true }],
  ])('%s', (_, damage) => {
    expect(readPointer({ ...ours, ...damage })).toEqual({ kind: 'damaged', pointer: onlyStable });
  });
});

describe('E10 what is no pointer is not read', () => {
  it.each([
    ...[undefined, null, 0, '', 'v1.0.0', true, [], [ours], {}, () => ours],
    ...[
      { ...ours, version: undefined },
      { ...ours, version: 'latest' },
      { ...ours, version: '../v1.0.0' },
    ],
    ...[{ ...ours, version: ['v1.0.0'] }, { canaryVersion: 'v1.1.0' }],
    Object.create({ version: 'v1.0.0' }) as unknown,
    JSON.parse('{"__proto__":{"version":"v1.0.0"}}') as unknown,
  ])('%j', (value) => {
    expect(readPointer(value)).toBeUndefined();
  });
});

describe('E10 under an unknown schema', () => {
  it.each([2, 0, 99, -1, 1.5])("%d the brief's fields and `blocked` are obeyed, nothing else", (schema) => {
    const { version, canaryVersion, canaryPercent, lastUpdated, metadata, blocked } = ours;
    expect(readPointer({ ...ours, schema })).toEqual({
      kind: 'sound',
      pointer: { version, canaryVersion, canaryPercent, lastUpdated, metadata, schema, blocked },
    });
  });

  it('fields of new shapes do no harm', () => {
    const read = readPointer({ ...ours, schema: 2, salt: { each: 'app' }, allowList: 'all', generation: 'g42' });
    expect(read).toMatchObject({ kind: 'sound', pointer: { canaryPercent: 10, blocked: ['v1.0.9'] } });
  });

  it.each(['1', true, null, [1]])('a schema %j that is no number is not taken for one that is known', (schema) => {
    const read = readPointer({ ...ours, schema });
    expect(read?.pointer.schema).not.toBe(1);
    expect(read?.pointer.salt).toBeUndefined();
  });
});

it('blocked keeps its good names when some are bad', () => {
  expect(readPointer({ ...ours, blocked: ['v1.0.9', 7, '../x', null, 'v1.1.0'] })?.pointer.blocked).toEqual([
    'v1.0.9',
    'v1.1.0',
  ]);
});

it('reading never pollutes a prototype', () => {
  const text =
    '{"version":"v1.0.0","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"metadata":{"__proto__":{"polluted":1}}}';
  const read = readPointer(JSON.parse(text));
  expect(read?.kind).toBe('sound');
  expect(Object.getPrototypeOf(read?.pointer)).toBe(Object.prototype);
  expect({}).not.toHaveProperty('polluted');
  expect(read?.pointer).not.toHaveProperty('polluted');
});

it('reading never throws, and what it gives can be decided upon', () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('v1.0.0', 'v1.1.0', 5, 250));
  const like = fc.record(Object.fromEntries(Object.keys(ours).map((name) => [name, field])), { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(like, fc.jsonValue()), (value) => {
      const pointer = readPointer(value)?.pointer;
      if (pointer === undefined) return;
      expect(pointer.version).toMatch(/^(v|pr-)/);
      expect(isPercent(pointer.canaryPercent)).toBe(true);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

describe('a percent', () => {
  it.each([0, -0, 0.01, 0.07, 0.1 + 0.2, 1.1, 5, 33.33, 57.29, 99.99, 100])(
    '%d has at most two decimals',
    (percent) => {
      expect(isPercent(percent)).toBe(true);
    },
  );
  it.each([-0.01, 0.001, 0.005, 33.333, 99.999, 100.01, NaN, Infinity, -Infinity, '5', null, undefined, [5], 5n])(
    '%s is none',
    (percent) => {
      expect(isPercent(percent)).toBe(false);
    },
  );
});

it("the salt is the pointer's, else app and canary", () => {
  const pointer = readPointer(brief)?.pointer as Pointer;
  expect(saltOf('mfe1', pointer)).toBe('mfe1@v1.1.0');
  expect(saltOf('mfe1', { ...pointer, salt: 'group' })).toBe('group');
});
