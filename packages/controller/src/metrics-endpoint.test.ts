import { createMemoryStore } from '@sluice/local';
import { expect, it } from 'vitest';
import { createApi } from './http.js';

/** Asked as if from this address. */
async function ask(
  from: string,
  options: { token?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const api = createApi({
    platform: {
      store: createMemoryStore(),
      apps: [],
      sampleRate: 1,
      now: () => 0,
      newId: () => 'id',
      problemsOf: () => Promise.resolve([]),
    },
    handleMetrics: () => ({ status: 204, problems: [] }),
    onProblem: () => undefined,
    metrics: () => 'sluice_ticks_total 1\n',
    metricsToken: options.token,
  });
  const env = { incoming: { socket: { remoteAddress: from } } };
  return api.request('/metrics', { headers: options.headers ?? {} }, env);
}

it('GET /metrics answers this machine, in the text format', async () => {
  const answer = await ask('127.0.0.1');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await answer.text()).toBe('sluice_ticks_total 1\n');
});

const token = 'a-long-token';
it.each<[string, string, Parameters<typeof ask>[1], number]>([
  ['another machine', '203.0.113.7', {}, 403],
  ['a page, through the edge', '127.0.0.1', { headers: { 'X-Forwarded-For': '203.0.113.7' } }, 403],
  ['the wrong token', '203.0.113.7', { token, headers: { Authorization: 'Bearer another-one' } }, 403],
  ['half the token', '203.0.113.7', { token, headers: { Authorization: 'Bearer a-long' } }, 403],
  ['no token where there is one', '203.0.113.7', { token }, 403],
  ['an empty token', '203.0.113.7', { token: '', headers: { Authorization: 'Bearer ' } }, 403],
  ['the token', '203.0.113.7', { token, headers: { Authorization: `Bearer ${token}` } }, 200],
])('GET /metrics from %s', async (_what, from, options, status) => {
  expect((await ask(from, options)).status).toBe(status);
});
