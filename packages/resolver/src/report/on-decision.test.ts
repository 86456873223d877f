// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getResolver } from '../resolver.js';
import { onDecision } from './on-decision.js';

let index: unknown;

beforeEach(() => {
  delete (globalThis as { __SLUICE_1__?: unknown }).__SLUICE_1__;
  localStorage.clear();
  index = {
    apps: {
      mfe1: { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 100 },
      mfe2: { version: 'v2.0.0' },
      garbled: { version: 17 },
    },
  };
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(
      url === '/platform-index.json' ? new Response(JSON.stringify(index)) : new Response('', { status: 404 }),
    ),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it('tells the versions of all apps once, as they were decided for this page', async () => {
  const listener = vi.fn<Parameters<typeof onDecision>[0]>();
  onDecision(listener);
  expect(listener).not.toHaveBeenCalled();
  await getResolver().decisions();
  await getResolver().resolve('mfe1');
  expect(listener.mock.calls).toEqual([[{ mfe1: 'v1.1.0', mfe2: 'v2.0.0' }]]);
});

it('tells the same to who asks later, also when the pointers have changed', async () => {
  await getResolver().decisions();
  index = { apps: { mfe1: { version: 'v3.0.0' } } };
  const versions = await new Promise((told) => onDecision(told));
  expect(versions).toEqual({ mfe1: 'v1.1.0', mfe2: 'v2.0.0' });
});

it('tells that there is none where nothing can be read', async () => {
  index = 'no index';
  expect(await new Promise((told) => onDecision(told))).toEqual({});
});
