// @vitest-environment jsdom
import { acceptPointer, readPointer as readInCore, type Pointer } from '@sluice/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadPointers } from './pointers.js';

const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 10, lastUpdated: '', schema: 1 };
let answers: Record<string, unknown>;
let asked: string[];
let nowMs: number;

beforeEach(() => {
  localStorage.clear();
  answers = {};
  asked = [];
  nowMs = 1_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    const answer = answers[url];
    if (answer === undefined) return Promise.resolve(new Response('no', { status: 404 }));
    return Promise.resolve(new Response(typeof answer === 'string' ? answer : JSON.stringify(answer)));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const index = '/platform-index.json';
const load = () => loadPointers({ indexUrl: index, timeoutMs: 2000 });
const versionOf = async (app: string) => (await load()).apps.get(app)?.version;

describe('the index', () => {
  it('gives all apps by one request', async () => {
    answers[index] = { schema: 1, sampleRate: 0.5, apps: { shell: pointer, mfe1: { ...pointer, version: 'v2.0.0' } } };
    const { apps } = await load();
    expect([...apps].map(([app, { version }]) => [app, version])).toEqual([
      ['shell', 'v1.0.0'],
      ['mfe1', 'v2.0.0'],
    ]);
    expect(asked).toEqual([index]);
  });

  it('F5 is read in a browser that has no `AbortSignal.timeout`, and so are single pointers', async () => {
    vi.stubGlobal('AbortSignal', {});
    answers[index] = { apps: { mfe1: pointer } };
    answers['/mfe2/active-version.json'] = pointer;
    const pointers = await load();
    expect([pointers.apps.get('mfe1')?.version, (await pointers.single('mfe2'))?.version]).toEqual([
      'v1.0.0',
      'v1.0.0',
    ]);
  });

  it.each<[string, unknown]>([
    ['not there', undefined],
    ['garbage', '<html>'],
    ['truncated', '{"schema":1,"apps":{"mfe1":{"version":'],
    ['a list', []],
    ['of apps in a list', { apps: [] }],
    ['of apps in a text', { apps: 'mfe1' }],
    ['null', 'null'],
  ])('F11 %s: what this browser obeyed last', async (_, answer) => {
    answers[index] = { apps: { mfe1: pointer } };
    await load();
    answers[index] = answer;
    expect(await versionOf('mfe1')).toBe('v1.0.0');
  });

  it('F11 one bad entry harms itself only, and falls back to what was last good', async () => {
    answers[index] = { apps: { mfe1: pointer, mfe2: pointer } };
    await load();
    answers[index] = { apps: { mfe1: { ...pointer, canaryPercent: 250 }, mfe2: { ...pointer, version: 'v1.0.1' } } };
    const { apps } = await load();
    expect(apps.get('mfe1')).toMatchObject({ canaryVersion: 'v1.1.0', canaryPercent: 10 });
    expect(apps.get('mfe2')?.version).toBe('v1.0.1');
    answers[index] = { apps: { mfe1: 'oops', mfe2: pointer } };
    expect(await versionOf('mfe1')).toBe('v1.0.0');
  });

  it('an app that is no longer in it is unknown', async () => {
    answers[index] = { apps: { mfe1: pointer, mfe2: pointer } };
    await load();
    answers[index] = { apps: { mfe1: pointer } };
    const pointers = await load();
    expect(pointers.apps.has('mfe2')).toBe(false);
  });
});

describe('single pointers', () => {
  it('F11 are asked for where the index is not there and nothing was ever seen', async () => {
    answers['/mfe1/active-version.json'] = pointer;
    const pointers = await load();
    expect((await pointers.single('mfe1'))?.version).toBe('v1.0.0');
  });

  it('are not asked for where the index took too long: nobody waits twice', async () => {
    vi.stubGlobal('fetch', (url: string, { signal }: { signal: AbortSignal }) => {
      asked.push(url);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    });
    const pointers = await loadPointers({ indexUrl: index, timeoutMs: 1 });
    expect(await pointers.single('mfe1')).toBeUndefined();
    expect(asked).toEqual([index]);
  });
});

describe('F12 the generation', () => {
  const at = (generation: number | undefined) => ({ ...pointer, version: `v1.0.${generation ?? 99}`, generation });
  const sees = (generation: number | undefined) => {
    answers[index] = { apps: { mfe1: at(generation) } };
    return versionOf('mfe1');
  };

  it('that is lower is ignored for 120 s, then believed; without one it is believed at once', async () => {
    expect(await sees(7)).toBe('v1.0.7');
    nowMs += 119_999;
    expect(await sees(6)).toBe('v1.0.7');
    nowMs += 1;
    expect(await sees(6)).toBe('v1.0.6');
    expect(await sees(undefined)).toBe('v1.0.99');
    expect(await sees(1)).toBe('v1.0.1');
  });

  it('is obeyed as core obeys it', async () => {
    const step = fc.record({ waitMs: fc.constantFrom(0, 1000, 60_000, 120_000), generation: fc.option(fc.nat(3)) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        localStorage.clear();
        let held: ReturnType<typeof acceptPointer> | undefined;
        for (const { waitMs, generation } of steps) {
          nowMs += waitMs;
          const seen = await sees(generation ?? undefined);
          const received = readInCore(at(generation ?? undefined))?.pointer as Pointer;
          held = acceptPointer(held, received, nowMs);
          expect(seen).toBe(held.pointer.version);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe('F5 storage that is blocked', () => {
  it('costs the memory and nothing else', async () => {
    answers[index] = { apps: { mfe1: pointer } };
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    expect(await versionOf('mfe1')).toBe('v1.0.0');
  });

  it.each(['"text"', '[1,2]', '{"mfe1":7}', '{"mfe1":{"version":"../x"}}', '{'])(
    'holding %s is as if it were empty',
    async (kept) => {
      localStorage.setItem('sluice_pointers', kept);
      expect((await load()).apps.size).toBe(0);
    },
  );
});
