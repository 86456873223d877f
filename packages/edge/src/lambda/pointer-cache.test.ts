import { describe, expect, it } from 'vitest';
import { createPointerCache } from './pointer-cache.js';

const pointer = (version: string, generation?: number): string =>
  JSON.stringify({ version, canaryVersion: null, canaryPercent: 0, lastUpdated: '', generation });

/** A cache over answers that the test lays in: texts, or what is thrown. */
function world() {
  let nowMs = 0;
  let answer: string | Error = pointer('v1.0.0', 5);
  let loads = 0;
  const cache = createPointerCache({
    load: () => {
      loads += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    now: () => nowMs,
    freshMs: 5000,
  });
  return {
    loads: () => loads,
    after: async (ms: number, next: string | Error) => {
      nowMs += ms;
      answer = next;
      return (await cache.get('mfe1'))?.version;
    },
  };
}

describe('pointers in the memory of a function', () => {
  it('takes a pointer for 5 s without asking again', async () => {
    const { after, loads } = world();
    expect(await after(0, pointer('v1.0.0', 5))).toBe('v1.0.0');
    expect(await after(4999, pointer('v1.1.0', 6))).toBe('v1.0.0');
    expect(loads()).toBe(1);
    expect(await after(1, pointer('v1.1.0', 6))).toBe('v1.1.0');
  });

  it.each([
    ['cannot be had', new Error('ETIMEDOUT')],
    ['is garbled', '{"version"'],
    ['is damaged', JSON.stringify({ version: 'v9.0.0', canaryVersion: 'v9.1.0', canaryPercent: 'all' })],
  ])('F11 goes on with the last good one while the pointer %s, and asks no more often for that', async (_, broken) => {
    const { after, loads } = world();
    expect(await after(0, pointer('v1.0.0', 5))).toBe('v1.0.0');
    for (let i = 0; i < 10; i += 1) expect(await after(1000, broken)).toBe('v1.0.0');
    expect(loads()).toBe(3);
    expect(await after(5000, pointer('v1.1.0', 6))).toBe('v1.1.0');
  });

  it('F12 ignores a lower generation for 120 s, and believes one without', async () => {
    const { after } = world();
    expect(await after(0, pointer('v1.1.0', 6))).toBe('v1.1.0');
    expect(await after(5000, pointer('v1.0.0', 5))).toBe('v1.1.0');
    expect(await after(115_000, pointer('v1.0.0', 5))).toBe('v1.0.0');
    expect(await after(5000, pointer('v0.9.0'))).toBe('v0.9.0');
  });

  it('has nothing where there never was anything', async () => {
    expect(await world().after(0, new Error('ENOTFOUND'))).toBeUndefined();
  });
});
