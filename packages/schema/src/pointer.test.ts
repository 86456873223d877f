import type { Pointer, VersionId } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePointerDocument, serialisePointer } from './pointer.js';

const brief = {
  version: 'v1.0.0',
  canaryVersion: 'v1.1.0',
  canaryPercent: 10,
  lastUpdated: '2024-01-15T10:30:00Z',
  metadata: { commitSha: 'abc123', deployedBy: 'ci-pipeline' },
};

function issuesOf(document: unknown) {
  const parsed = parsePointerDocument(typeof document === 'string' ? document : JSON.stringify(document));
  return parsed.kind === 'invalid' ? parsed.issues : [];
}

describe('a stored pointer', () => {
  it("takes a pointer with the brief's fields only", () => {
    expect(parsePointerDocument(JSON.stringify(brief))).toEqual({ kind: 'ok', value: brief });
  });

  it.each([
    ['percent 250', { canaryPercent: 250 }, 'canaryPercent'],
    ['percent just above 100', { canaryPercent: 100.01 }, 'canaryPercent'],
    ['a negative percent', { canaryPercent: -1 }, 'canaryPercent'],
    ['a percent of three decimals', { canaryPercent: 5.125 }, 'canaryPercent'],
    ['a percent as text', { canaryPercent: '10' }, 'canaryPercent'],
    ['no version', { version: undefined }, 'version'],
    ['a version that is none', { version: 'latest' }, 'version'],
    ['a version that climbs out', { version: '../../etc' }, 'version'],
    ['a canary that is none', { canaryVersion: 'v1' }, 'canaryVersion'],
    ['a salt with ":"', { salt: 'mfe1:v1' }, 'salt'],
    ['33 blocked versions', { blocked: Array.from({ length: 33 }, (_, i) => `v1.0.${String(i)}`) }, 'blocked'],
    ['a blocked version that is none', { blocked: ['v1.0.0', 'x'] }, 'blocked.1'],
    ['a generation below zero', { generation: -1 }, 'generation'],
    ['a generation that is not exact', { generation: 2 ** 53 }, 'generation'],
    ['a broken generation', { generation: 1.5 }, 'generation'],
    ['metadata that is a list', { metadata: [] }, 'metadata'],
    ['regions that are a text', { enabledRegions: 'eu' }, 'enabledRegions'],
  ])('refuses %s at its place', (_what, change, place) => {
    expect(issuesOf({ ...brief, ...change }).map((issue) => issue.place)).toEqual([place]);
  });

  it('takes 32 blocked versions, 0 % and 100 %', () => {
    const blocked = Array.from({ length: 32 }, (_, i) => `v1.0.${String(i)}`);
    expect(issuesOf({ ...brief, canaryPercent: 100, blocked })).toEqual([]);
    expect(issuesOf({ ...brief, canaryPercent: 0, blocked })).toEqual([]);
  });

  it('lists all problems at once, each with its remedy', () => {
    const issues = issuesOf({ version: 'x', canaryVersion: 5, canaryPercent: 250, salt: 'a:b', blocked: 'v1.0.0' });
    expect(issues).toEqual([
      { place: 'version', problem: '"x" is not a version.', remedy: 'Use v1.2.3, or v and 7 to 40 hex digits.' },
      { place: 'canaryVersion', problem: '5 is not a version.', remedy: 'Use v1.2.3, or v and 7 to 40 hex digits.' },
      {
        place: 'canaryPercent',
        problem: '250 is not a percentage.',
        remedy: 'Use a number from 0 to 100 with at most two decimals.',
      },
      { place: 'salt', problem: 'The salt has a ":".', remedy: 'Leave it out: it separates salt and subject.' },
      { place: 'blocked', problem: '"v1.0.0" is not a list.', remedy: 'Write a list.' },
    ]);
  });

  it('E10 tells an unknown schema apart, whatever else is in it', () => {
    expect(parsePointerDocument(JSON.stringify({ ...brief, schema: 2 }))).toEqual({
      kind: 'unknown-schema',
      schema: 2,
    });
    expect(parsePointerDocument('{"schema":"1"}')).toEqual({ kind: 'unknown-schema', schema: '1' });
  });

  it.each(['', 'null', '[]', '5', '"v1.0.0"', '{', '{"version":"v1.0.0"', 'garbage', '\0', '{"version":"v1.0.0"}}'])(
    'E10 refuses %j without throwing',
    (text) => {
      expect(issuesOf(text).length).toBeGreaterThan(0);
    },
  );

  it('does not let a document reach a prototype', () => {
    const parsed = parsePointerDocument(
      '{"version":"v1.0.0","__proto__":{"polluted":1},"metadata":{"__proto__":{"polluted":1}}}',
    );
    if (parsed.kind !== 'ok') throw new Error('refused');
    expect(Object.getPrototypeOf(parsed.value)).toBe(Object.prototype);
    expect(JSON.stringify(parsed.value)).not.toContain('polluted');
    expect('polluted' in (parsed.value.metadata ?? {})).toBe(false);
    expect('polluted' in {}).toBe(false);
    expect(issuesOf('{"__proto__":{"version":"v1.0.0"}}').map(({ place }) => place)).toEqual(['version']);
  });

  it('refuses what nests or weighs too much, without exhausting the stack', () => {
    const deep = `{"version":"v1.0.0","metadata":{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}}`;
    expect(issuesOf(deep)).toMatchObject([{ place: '.', problem: expect.stringContaining('nests') as string }]);
    expect(issuesOf(`{"version":"v1.0.0","note":"${'x'.repeat(17 * 1024 * 1024)}"}`)).toMatchObject([{ place: '.' }]);
    expect(issuesOf(`{"version":"v1.0.0","note":${JSON.stringify('[{"\\'.repeat(1000))}}`)).toEqual([]);
  });

  it('keeps fields that it does not know: they are a human’s', () => {
    const parsed = parsePointerDocument(JSON.stringify({ ...brief, note: 'by hand' }));
    expect(parsed).toEqual({ kind: 'ok', value: { ...brief, note: 'by hand' } });
  });

  it("writes the brief's fields first, whatever order they came in, and the same bytes for the same pointer", () => {
    const pointer = { salt: 'mfe1@v1.1.0', schema: 1, generation: 42, ...brief } as unknown as Pointer;
    expect(serialisePointer(pointer)).toBe(`{
  "version": "v1.0.0",
  "canaryVersion": "v1.1.0",
  "canaryPercent": 10,
  "lastUpdated": "2024-01-15T10:30:00Z",
  "metadata": {
    "commitSha": "abc123",
    "deployedBy": "ci-pipeline"
  },
  "schema": 1,
  "generation": 42,
  "salt": "mfe1@v1.1.0"
}
`);
  });

  it('reads what it wrote, and writes what it read', () => {
    const version = fc.nat(99).map((patch) => `v1.0.${String(patch)}` as VersionId);
    const salt = fc.string({ maxLength: 40 }).map((text) => text.replaceAll(':', ''));
    const pointer = fc.record(
      {
        version,
        canaryVersion: fc.option(version),
        canaryPercent: fc.nat(10_000).map((bp) => bp / 100),
        lastUpdated: fc.constant(brief.lastUpdated),
        schema: fc.constant(1),
        generation: fc.maxSafeNat(),
        salt,
        blocked: fc.array(version, { maxLength: 32 }),
        enabledRegions: fc.array(fc.string({ maxLength: 20 })),
      },
      { requiredKeys: ['version', 'canaryVersion', 'canaryPercent', 'lastUpdated'] },
    );
    fc.assert(
      fc.property(pointer, (value) => {
        const text = serialisePointer(value);
        const parsed = parsePointerDocument(text);
        expect(parsed).toEqual({ kind: 'ok', value });
        expect(parsed.kind === 'ok' && serialisePointer(parsed.value)).toBe(text);
      }),
      { seed: 1 },
    );
  });

  it('never throws over any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) =>
        ['ok', 'invalid', 'unknown-schema'].includes(parsePointerDocument(text).kind),
      ),
      { seed: 2 },
    );
  });
});
