import { parseAppId, parseVersionId, type AppId, type Pointer, type ReadIndex } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { createGroupEntries } from './group-entries.js';
import type { Held } from './pointers.js';
import { createRequestCounts } from './request-counts.js';

const app = (name: string): AppId => parseAppId(name) ?? (undefined as never);
const version = parseVersionId('v1.0.0') ?? (undefined as never);
const canaryVersion = parseVersionId('v1.1.0') ?? (undefined as never);
const pointer = (generation: number | undefined, canaryPercent: number, group = 'pair'): Pointer => ({
  version,
  canaryVersion,
  canaryPercent,
  lastUpdated: '',
  group,
  ...(generation === undefined ? {} : { generation }),
});
const held = (pointers: Readonly<Record<string, Pointer>>): ReadonlyMap<AppId, Held> =>
  new Map(
    Object.entries(pointers).map(([name, one]) => [
      app(name),
      { raw: Buffer.from(''), accepted: { pointer: one, acceptedAtMs: 0 } as unknown as Held['accepted'] },
    ]),
  );
const stored = (pointers: Readonly<Record<string, Pointer>>): ReadIndex => ({
  sampleRate: 1,
  apps: new Map(Object.entries(pointers).map(([name, one]) => [app(name), { kind: 'sound', pointer: one }])),
});
const percents = (shown: ReadonlyMap<AppId, Held>): readonly number[] =>
  [...shown.values()].map(({ accepted }) => accepted.pointer.canaryPercent);

describe('members of a group at the edge', () => {
  it('C9 are served as the index has them until it has all of them', () => {
    const entries = createGroupEntries();
    const half = held({ mfe1: pointer(3, 25), mfe2: pointer(2, 5) });
    const before = stored({ mfe1: pointer(2, 5), mfe2: pointer(2, 5) });
    expect(entries.look({ held: half, stored: before, nowMs: 0 })).toBe(true);
    expect(percents(entries.served(half))).toEqual([5, 5]);
    const both = held({ mfe1: pointer(3, 25), mfe2: pointer(3, 25) });
    expect(percents(entries.served(both))).toEqual([5, 25]);
    entries.look({ held: both, stored: before, nowMs: 50 });
    expect(percents(entries.served(both))).toEqual([5, 5]);
    const after = stored({ mfe1: pointer(3, 25), mfe2: pointer(3, 25) });
    expect(entries.look({ held: both, stored: after, nowMs: 100 })).toBe(true);
    expect(percents(entries.served(both))).toEqual([25, 25]);
  });

  it('obeys the pointer when the index does not come, at the border of its patience', () => {
    const entries = createGroupEntries();
    const ahead = held({ mfe1: pointer(3, 25) });
    const before = stored({ mfe1: pointer(2, 5) });
    entries.look({ held: ahead, stored: before, nowMs: 0 });
    entries.look({ held: ahead, stored: before, nowMs: 1999 });
    expect(percents(entries.served(ahead))).toEqual([5]);
    entries.look({ held: ahead, stored: before, nowMs: 2000 });
    expect(percents(entries.served(ahead))).toEqual([25]);
  });

  it("obeys a human's pointer, which has no generation, at once", () => {
    const entries = createGroupEntries();
    const byHand = held({ mfe1: pointer(undefined, 0) });
    expect(entries.look({ held: byHand, stored: stored({ mfe1: pointer(2, 5) }), nowMs: 0 })).toBe(false);
    expect(percents(entries.served(byHand))).toEqual([0]);
  });
});

it('counts answers by app and class, and begins anew when they were taken', () => {
  const counts = createRequestCounts();
  for (const status of [200, 304, 404, 500, 503]) counts.count(app('mfe1'), status);
  expect(counts.take()).toEqual([{ app: 'mfe1', total: 5, status4xx: 1, status5xx: 2 }]);
  expect(counts.take()).toEqual([]);
});
