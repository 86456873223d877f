import { describe, expect, it } from 'vitest';
import { mergeVersionsSeen, parseVersionsSeen, serialiseVersionsSeen, type VersionsSeen } from './versions-seen.js';

const day = 86_400_000;
const before: VersionsSeen = { schema: 1, sinceMs: 0, updatedMs: 100 * day, versions: { 'v1.0.0': 5, 'v1.1.0': 9 } };

describe('which versions telemetry saw', () => {
  it('is read as it was written', () => {
    expect(parseVersionsSeen(serialiseVersionsSeen(before))).toEqual(before);
  });

  it.each(['', '{', '[]', 'null', '{"schema":2}', '{"schema":1,"sinceMs":1,"updatedMs":1,"versions":{"v1.0.0":"x"}}'])(
    'is not read from %s',
    (text) => {
      expect(parseVersionsSeen(text)).toBeUndefined();
    },
  );

  it('keeps for each version when it was last seen', () => {
    const seen = new Map([
      ['v1.0.0', 7],
      ['v1.1.0', 8],
      ['v1.2.0', 9],
    ]);
    const merged = mergeVersionsSeen(before, seen, before.updatedMs + 1);
    expect(merged.versions).toEqual({ 'v1.0.0': 7, 'v1.1.0': 9, 'v1.2.0': 9 });
    expect(merged.updatedMs).toBe(before.updatedMs + 1);
  });

  it.each([
    ['goes on after a day', day, 0],
    ['goes on when the clock was set back', -day, 0],
    ['begins anew after a longer gap', day + 1, 101 * day + 1],
  ])('watching %s', (_what, gapMs, sinceMs) => {
    expect(mergeVersionsSeen(before, new Map(), before.updatedMs + gapMs).sinceMs).toBe(sinceMs);
  });

  it('begins with the first', () => {
    const merged = mergeVersionsSeen(undefined, new Map([['v1.0.0', 3]]), 4);
    expect(merged).toEqual({ schema: 1, sinceMs: 4, updatedMs: 4, versions: { 'v1.0.0': 3 } });
  });

  it('keeps the latest seen of very many', () => {
    const many = new Map(Array.from({ length: 1500 }, (_, i) => [`v1.${String(i)}.0`, i]));
    const { versions } = mergeVersionsSeen(undefined, many, 2000);
    expect(Object.keys(versions)).toHaveLength(1000);
    expect(versions['v1.1499.0']).toBe(1499);
    expect(versions['v1.499.0']).toBeUndefined();
  });
});
