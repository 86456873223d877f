import { describe, expect, it } from 'vitest';
import type { VersionId } from '../ids.js';
import { parseVersionId } from '../ids.js';
import { planGarbage, type GarbageInput } from './garbage.js';

// What is kept for the record, for telemetry and for a rollback is in policy.test.ts.
const day = 86_400_000;
const now = Date.parse('2026-06-30T00:00:00Z');
const version = (text: string): VersionId => parseVersionId(text) ?? (undefined as never);

function input(ages: Readonly<Record<string, number | undefined>>, more: Partial<GarbageInput> = {}): GarbageInput {
  const published = Object.entries(ages).map(([name, days]) => ({
    version: version(name),
    publishedAtMs: days === undefined ? undefined : now - days * day,
  }));
  return {
    published,
    named: [],
    history: { schema: 1, entries: [] },
    seenMs: new Map(),
    keepLast: 2,
    keepSeenMs: 30 * day,
    rollbackWindowMs: 14 * day,
    nowMs: now,
    epochMs: Date.parse,
    ...more,
  };
}

describe('what may be removed', () => {
  it.each([
    [0, ['v1.0.0', 'v2.0.0', 'v3.0.0']],
    [1, ['v1.0.0', 'v2.0.0']],
    [3, []],
    [10, []],
  ])('keeps the last %s by their time, whatever their names', (keepLast, remove) => {
    expect(planGarbage(input({ 'v1.0.0': 2, 'v2.0.0': 3, 'v3.0.0': 1 }, { keepLast })).remove).toEqual(remove);
  });

  it('keeps what is of unknown age, and not in the place of one of the last', () => {
    const ages = { 'v1.0.0': undefined, 'v2.0.0': undefined, 'v3.0.0': 3, 'v4.0.0': 2, 'v5.0.0': 1 };
    const { remove, keep } = planGarbage(input(ages));
    expect(remove).toEqual(['v3.0.0']);
    expect(keep.map((one) => one.version)).toEqual(['v1.0.0', 'v2.0.0', 'v4.0.0', 'v5.0.0']);
  });

  it('names each version once, with a reason for all that stay', () => {
    const ages = { 'v1.0.0': 9, 'v2.0.0': 8, 'v3.0.0': undefined, 'v4.0.0': 1 };
    const { remove, keep } = planGarbage(input(ages, { named: [version('v1.0.0')], keepLast: 1 }));
    expect([...remove, ...keep.map((one) => one.version)].toSorted()).toEqual(Object.keys(ages));
    for (const { because } of keep) expect(because).not.toBe('');
  });

  it('keeps a version whose time in the history cannot be read', () => {
    const entry = { app: 'mfe1' as never, actor: { kind: 'sluice', name: 'c' }, why: '', kind: 'ended' } as const;
    const entries = ['v1.0.0', 'v2.0.0'].map((name, i) => ({
      ...entry,
      id: name,
      at: i === 0 ? '2026-01-01T00:00:00Z' : 'yesterday',
      version: version(name),
      stable: version(name),
    }));
    const more = { history: { schema: 1 as const, entries }, keepLast: 0 };
    expect(planGarbage(input({ 'v1.0.0': 200, 'v2.0.0': 100, 'v0.1.0': 300 }, more)).remove).toEqual(['v0.1.0']);
  });

  it('keeps the versions that were deployed before Sluice came', () => {
    const more = { history: { schema: 1 as const, legacy: ['v1.0.0'], entries: [] }, keepLast: 0 };
    expect(planGarbage(input({ 'v1.0.0': 200, 'v2.0.0': 100 }, more)).remove).toEqual(['v2.0.0']);
  });
});
