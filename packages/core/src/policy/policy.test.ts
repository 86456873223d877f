import { describe, expect, it } from 'vitest';
import type { History } from '../documents/history.js';
import type { VersionId } from '../ids.js';
import { parseVersionId } from '../ids.js';
import { exposedBp } from './exposure.js';
import { frozenAt, type FreezeWindow } from './freeze.js';
import { planGarbage, type GarbageInput } from './garbage.js';

const at = (iso: string): number => Date.parse(iso);

describe('a freeze', () => {
  const range: FreezeWindow = {
    kind: 'range',
    fromMs: at('2026-12-20T00:00:00Z'),
    untilMs: at('2027-01-02T00:00:00Z'),
    reason: 'Christmas',
  };
  /** Friday 16:00 to Monday 08:00 in Berlin. */
  const weekend: FreezeWindow = {
    kind: 'weekly',
    fromMinute: 4 * 1440 + 16 * 60,
    untilMinute: 8 * 60,
    zone: 'Europe/Berlin',
    reason: 'weekend',
  };

  it.each([
    ['2026-12-19T23:59:59.999Z', false],
    ['2026-12-20T00:00:00.000Z', true],
    ['2027-01-01T23:59:59.999Z', true],
    ['2027-01-02T00:00:00.000Z', false],
  ])('G1 of dates holds from its begin, up to its end: %s', (iso, frozen) => {
    expect(frozenAt([range], at(iso)) !== undefined).toBe(frozen);
  });

  it.each([
    // Friday; Berlin is one hour ahead in winter and two in summer.
    ['2026-01-16T14:59:00Z', false],
    ['2026-01-16T15:00:00Z', true],
    ['2026-01-18T12:00:00Z', true],
    ['2026-01-19T06:59:00Z', true],
    ['2026-01-19T07:00:00Z', false],
    ['2026-07-17T13:59:00Z', false],
    ['2026-07-17T14:00:00Z', true],
    // The clocks went forward in the night of 29 March 2026.
    ['2026-03-27T15:00:00Z', true],
    ['2026-03-30T05:59:00Z', true],
    ['2026-03-30T06:00:00Z', false],
  ])('G1 of the week follows the wall clock of its zone: %s', (iso, frozen) => {
    expect(frozenAt([weekend], at(iso))?.reason).toBe(frozen ? 'weekend' : undefined);
  });

  it('G1 says which window it is, and nothing where there is none', () => {
    expect(frozenAt([weekend, range], at('2026-12-22T10:00:00Z'))).toEqual({ reason: 'Christmas', window: range });
    expect(frozenAt([], at('2026-12-22T10:00:00Z'))).toBeUndefined();
  });
});

describe('the share of users on any canary', () => {
  it('A6 40 apps at 5 %% each reach 87 %% of the users', () => {
    const exposures = Array.from({ length: 40 }, (_, i) => ({ salt: `app${String(i)}`, weightBp: 500 }));
    expect(exposedBp(exposures)).toBeCloseTo(8714.9, 1);
  });

  it('counts the larger share where a salt is shared', () => {
    expect(
      exposedBp([
        { salt: 'a', weightBp: 500 },
        { salt: 'a', weightBp: 2500 },
      ]),
    ).toBeCloseTo(2500, 9);
    expect(exposedBp([])).toBe(0);
    expect(exposedBp([{ salt: 'a', weightBp: 10_000 }])).toBe(10_000);
  });
});

describe('what may be removed', () => {
  const version = (text: string): VersionId => parseVersionId(text) ?? (undefined as never);
  const day = 86_400_000;
  const now = at('2026-06-30T00:00:00Z');
  const versions = [1, 2, 3, 4, 5, 6].map((n) => version(`v1.${String(n)}.0`));
  const history = (entries: History['entries']): History => ({ schema: 1, entries });
  const input = (more: Partial<GarbageInput> = {}): GarbageInput => ({
    published: versions.map((one, i) => ({ version: one, publishedAtMs: now - (100 - i) * day })),
    named: [version('v1.1.0')],
    history: history([]),
    seenMs: new Map(),
    keepLast: 1,
    keepSeenMs: 30 * day,
    rollbackWindowMs: 14 * day,
    nowMs: now,
    epochMs: Date.parse,
    ...more,
  });

  it('keeps what is named and the last, and removes the rest', () => {
    const { remove, keep } = planGarbage(input());
    expect(remove).toEqual(['v1.2.0', 'v1.3.0', 'v1.4.0', 'v1.5.0']);
    expect(keep.map((one) => one.version)).toEqual(['v1.1.0', 'v1.6.0']);
  });

  it.each([
    [30 * day, true],
    [30 * day + 1, false],
  ])('keeps what a page had within the time: %s ms ago', (ago, kept) => {
    const { remove } = planGarbage(input({ seenMs: new Map([['v1.3.0', now - ago]]) }));
    expect(remove.includes(version('v1.3.0'))).toBe(!kept);
  });

  it('keeps what one may roll back to, and what nobody knows the age of', () => {
    const entry = {
      kind: 'ended' as const,
      app: 'mfe1' as never,
      version: version('v1.2.0'),
      actor: { kind: 'sluice' as const, name: 'c' },
      why: '',
    };
    const was = history([
      { ...entry, id: '1', at: '2026-06-01T00:00:00Z', stable: version('v1.2.0'), outcome: 'promoted' },
      { ...entry, id: '2', at: '2026-06-16T00:00:00Z', stable: version('v1.1.0'), outcome: 'promoted' },
    ]);
    expect(planGarbage(input({ history: was })).remove).not.toContain('v1.2.0');
    const later = { nowMs: now + day, history: was };
    expect(planGarbage(input(later)).remove).toContain('v1.2.0');
    const published = [{ version: version('v1.5.0'), publishedAtMs: undefined }];
    expect(planGarbage(input({ published, keepLast: 0 })).remove).toEqual([]);
  });
});
