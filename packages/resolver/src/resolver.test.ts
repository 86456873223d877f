// @vitest-environment jsdom
import { overrideOf as overrideInCore } from '@sluice/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coarseId } from './identity.js';
import { overrideOf } from './override.js';
import { createResolver, getMfeManifestUrl } from './resolver.js';

const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 50, lastUpdated: '', schema: 1 };
let index: unknown;

function forgetPage(): void {
  delete (globalThis as { __SLUICE_1__?: unknown }).__SLUICE_1__;
  localStorage.clear();
  for (const name of ['sluice_id', 'canary', 'sluice_override']) document.cookie = `${name}=;Path=/;Max-Age=0`;
  history.replaceState(null, '', '/');
}
beforeEach(() => {
  forgetPage();
  index = { apps: { mfe1: pointer } };
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(
      url === '/platform-index.json' ? new Response(JSON.stringify(index)) : new Response('', { status: 404 }),
    ),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('F11 gives an index that hangs up after 2 s, unless the page says otherwise', () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  createResolver();
  createResolver({ timeoutMs: 500 });
  expect(timeout.mock.calls).toEqual([[2000], [500]]);
});

describe('who is assigned', () => {
  it('F1 the same visitor gets one version in 1,000 page loads', async () => {
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 1000; i += 1) seen.add((await createResolver().resolve('mfe1'))?.version);
    expect(seen.size).toBe(1);
    expect(document.cookie).toMatch(/^sluice_id=[\w-]{8,64}$/);
  });

  it('F24 logging in or out changes no version: only the device counts', async () => {
    const before = await createResolver().resolve('mfe1');
    document.cookie = 'session=somebody;Path=/';
    expect(await createResolver().resolve('mfe1')).toEqual(before);
  });

  it('F5 cookies that are blocked: stable, for want of a subject, each time', async () => {
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    Object.defineProperty(document, 'cookie', { configurable: true, get: denied, set: denied });
    for (let i = 0; i < 3; i += 1) {
      expect(await createResolver().resolve('mfe1')).toMatchObject({ version: 'v1.0.0', reason: 'no-subject' });
    }
    delete (document as { cookie?: string }).cookie;
  });

  it('F5 a coarse id is below 100,000, stays, and takes the place of a device id', async () => {
    document.cookie = 'sluice_id=0123456789abcdef;Path=/';
    const first = coarseId();
    expect(Number(first)).toBeLessThan(100_000);
    expect(coarseId()).toBe(first);
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 20; i += 1) seen.add((await createResolver({ subject: coarseId }).resolve('mfe1'))?.version);
    expect(seen.size).toBe(1);
  });

  it('works where `crypto.randomUUID` is missing', async () => {
    const { crypto: whole } = globalThis;
    vi.stubGlobal('crypto', { getRandomValues: (array: Uint32Array<ArrayBuffer>) => whole.getRandomValues(array) });
    expect(await createResolver().resolve('mfe1')).toMatchObject({ reason: 'bucket' });
  });

  it('F17 a bot gets stable', async () => {
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (compatible; Googlebot/2.1)');
    expect(await createResolver().resolve('mfe1')).toMatchObject({ version: 'v1.0.0', reason: 'bot' });
  });
});

describe('what is decided', () => {
  it('is pinned for the page, by one request', async () => {
    const resolver = createResolver();
    const first = await resolver.resolve('mfe1');
    index = { apps: { mfe1: { ...pointer, version: 'v3.0.0', canaryVersion: null } } };
    expect(await resolver.resolve('mfe1')).toBe(first);
  });

  it('F20 a remote that Sluice does not know is undefined, and its manifest the unversioned one', async () => {
    expect(await createResolver().resolve('elsewhere')).toBeUndefined();
    expect(await getMfeManifestUrl('elsewhere')).toBe('/elsewhere/mf-manifest.json');
    expect(await getMfeManifestUrl('mfe1')).toMatch(/^\/mfe1\/v1\.[01]\.0\/mf-manifest\.json$/);
  });

  it("F11 where nothing can be read, the caller's default", async () => {
    index = 'garbage';
    const resolver = createResolver({ defaults: { mfe1: 'v0.9.0', mfe2: '../x' } });
    expect(await resolver.resolve('mfe1')).toMatchObject({ version: 'v0.9.0', arm: 'stable' });
    expect(await resolver.resolve('mfe2')).toBeUndefined();
  });
});

describe('F6 an override', () => {
  it('chooses by query or cookie what core chooses, exact names and values only', () => {
    const value = fc.constantFrom(
      'true',
      'false',
      'trueish',
      'canary',
      'mfe1:canary',
      'mfe1:stable,mfe2:canary',
      'xmfe1:canary',
      '',
    );
    const name = fc.constantFrom('canary', 'sluice_override', 'notcanary');
    const pairs = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 3 });
    fc.assert(
      fc.property(pairs, pairs, (query, cookies) => {
        forgetPage();
        history.replaceState(null, '', `/?${new URLSearchParams(query).toString()}`);
        for (const [key, text] of cookies) document.cookie = `${key}=${text};Path=/`;
        const expected = overrideInCore('mfe1', {
          query: (key) => query.find(([one]) => one === key)?.[1],
          cookie: (key) => cookies.find(([one]) => one === key)?.[1],
          header: () => undefined,
        });
        expect(overrideOf('mfe1')).toBe(expected);
        for (const [key] of cookies) document.cookie = `${key}=;Path=/;Max-Age=0`;
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
