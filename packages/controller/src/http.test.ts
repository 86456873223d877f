import { parseAppId, placeOf } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { afterEach, describe, expect, it } from 'vitest';
import type { EdgeCounts } from '@sluice/schema';
import { createApi, listen, type ListeningApi } from './http.js';

const mfe1 = placeOf(parseAppId('mfe1') ?? (undefined as never));
let api: ListeningApi;
afterEach(async () => api.close());

async function anApi(): Promise<readonly EdgeCounts[]> {
  const seen: EdgeCounts[] = [];
  const platform = {
    store: createMemoryStore(),
    apps: [{ place: mfe1, kind: 'remote' as const }],
    sampleRate: 1,
    now: () => 0,
    newId: () => 'id',
    problemsOf: () => Promise.resolve([]),
  };
  const hono = createApi({
    platform,
    handleMetrics: () => ({ status: 204, problems: [] }),
    onRequests: (counts) => seen.push(...counts),
    onProblem: () => undefined,
  });
  api = await listen(hono, { host: '127.0.0.1', port: 0 });
  return seen;
}

const post = async (body: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(`${api.url}/api/requests`, { method: 'POST', body, headers })).status;

describe('what the edge tells of its answers', () => {
  const one = { total: 10, status4xx: 1, status5xx: 2 };
  it('is taken from this machine, of apps that are known', async () => {
    const seen = await anApi();
    const apps = [
      { app: 'mfe1', ...one },
      { app: 'mfe9', ...one },
    ];
    expect(await post(JSON.stringify({ schema: 1, apps }))).toBe(204);
    expect(seen).toEqual([{ app: 'mfe1', ...one }]);
  });

  it('is not taken from a client whose request the edge passed on', async () => {
    const seen = await anApi();
    const body = JSON.stringify({ schema: 1, apps: [{ app: 'mfe1', ...one }] });
    expect(await post(body, { 'X-Forwarded-For': '203.0.113.7' })).toBe(403);
    expect(seen).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['negative', JSON.stringify({ schema: 1, apps: [{ app: 'mfe1', total: -1, status4xx: 0, status5xx: 0 }] })],
    ['no number', JSON.stringify({ schema: 1, apps: [{ app: 'mfe1', total: '9', status4xx: 0, status5xx: 0 }] })],
    ['a prototype', '{"schema":1,"__proto__":{"apps":[]}}'],
    ['too large', JSON.stringify({ schema: 1, apps: [], filler: 'x'.repeat(100_000) })],
  ])('is refused when it is %s', async (_what, body) => {
    const seen = await anApi();
    expect(await post(body)).toBe(400);
    expect(seen).toEqual([]);
  });
});
