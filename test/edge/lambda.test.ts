import { createRequire } from 'node:module';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketOf, parseAppId, placeOf } from '@sluice/core';
import { buildEdge } from '@sluice/edge/build';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { origin, type Origin } from './origin.js';
import { smallStore, type SmallStore } from './small-store.js';

type Headers = Record<string, { key?: string; value: string }[]>;
interface Request {
  readonly method: string;
  readonly uri: string;
  readonly querystring: string;
  readonly headers: Headers;
}
interface Response {
  readonly status: string;
  readonly headers: Headers;
}
type Handler = (event: object) => Promise<Request & Response>;

const half = { canaryVersion: 'v1.1.0', canaryPercent: 50, salt: 'salt', generation: 1 };
const idIn = (arm: 'canary' | 'stable'): string => {
  for (let i = 0; ; i += 1)
    if (bucketOf('salt', `id${String(i)}`) < 5000 === (arm === 'canary')) return `id${String(i)}`;
};
const requestId = 'MRVMF7KydIvxMWfJIglgwHQwZsbG2IhRJ07sn9AkKUFSHS9EXAMPLE==';
const request = (uri: string, headers: Record<string, string> = {}, querystring = ''): Request => ({
  method: 'GET',
  uri,
  querystring,
  headers: Object.fromEntries(
    Object.entries({ accept: 'text/html,*/*', ...headers }).map(([key, value]) => [key, [{ key, value }]]),
  ),
});
const asked = (of: Request) => ({
  Records: [{ cf: { config: { eventType: 'viewer-request', requestId }, request: of } }],
});
const answered = (of: Request, headers: Headers = {}) => ({
  Records: [
    { cf: { config: { eventType: 'viewer-response', requestId }, request: of, response: { status: '200', headers } } },
  ],
});

describe('the function for Lambda@Edge, in Node, against an HTTP origin', () => {
  let store: SmallStore;
  let from: Origin;
  let folder = '';
  let copies = 0;
  beforeAll(async () => {
    store = await smallStore();
    from = await origin(store.root);
    folder = await mkdtemp(join(tmpdir(), 'sluice-lambda-'));
  });
  afterAll(async () => {
    await from.close();
    await store.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await store.point('shell', half);
    await store.point('mfe1', half);
  });
  /** An instance as Lambda has one: with nothing in its memory. */
  const instance = async (): Promise<Handler> => {
    const apps = (['shell', 'mfe1'] as const).map((name) => {
      const app = parseAppId(name);
      if (app === undefined) throw new Error('the test is wrong');
      return { place: placeOf(app), kind: name === 'shell' ? ('shell' as const) : ('remote' as const) };
    });
    const [built] = await buildEdge({ target: 'lambda', apps, secure: true, pointers: from.url });
    if (built === undefined) throw new Error('nothing was built');
    copies += 1;
    const file = join(folder, `index-${String(copies)}.cjs`);
    await writeFile(file, built.text);
    return (createRequire(import.meta.url)(file) as { handler: Handler }).handler;
  };

  it('needs nothing of its environment', async () => {
    const [built] = await buildEdge({ target: 'lambda', apps: [], secure: true, pointers: from.url });
    expect(built?.text).not.toMatch(/process\.env|require\(/);
  });

  it('rewrites at viewer-request, and gives the same new id at viewer-response', async () => {
    const handler = await instance();
    const rewritten = await handler(asked(request('/orders/17')));
    const [id] = (await handler(answered(request('/orders/17')))).headers['set-cookie'] ?? [];
    const value = /^sluice_id=([\w-]+); Path=\/; Max-Age=31536000; SameSite=Lax; Secure$/.exec(id?.value ?? '')?.[1];
    const version = bucketOf('salt', value ?? '') < 5000 ? 'v1.1.0' : 'v1.0.0';
    expect(rewritten.uri).toBe(`/shell/${version}/index.html`);
    // Whether the response is shown the request as it came, or as it was rewritten.
    const again = await handler(answered(rewritten, { 'set-cookie': [{ key: 'Set-Cookie', value: 'other=1' }] }));
    expect(again.headers['set-cookie']?.map((one) => one.value)).toEqual(['other=1', id?.value]);
    expect(again.headers['x-sluice']).toEqual([{ key: 'X-Sluice', value: `shell@${version}; reason=bucket` }]);
    expect(again.headers['cache-control']?.[0]?.value).toBe('private, no-cache');
  });

  it('F1 F6 keeps a visitor, and obeys cookies in several headers and overrides in the query', async () => {
    const handler = await instance();
    const split = request('/mfe1/app.js', { accept: '*/*' });
    const cookies = [{ value: 'a=b' }, { value: `sluice_id=${idIn('canary')}` }];
    const two = { ...split, headers: { ...split.headers, cookie: cookies } };
    expect((await handler(asked(two))).uri).toBe('/mfe1/v1.1.0/app.js');
    const [set] = (await handler(answered(two))).headers['set-cookie'] ?? [];
    expect(set?.value).toBe('mfe1-version=v1.1.0; Path=/; Max-Age=3600; SameSite=Lax; Secure');
    const stable = { accept: '*/*', cookie: `sluice_id=${idIn('stable')}` };
    expect((await handler(asked(request('/mfe1/app.js', stable)))).uri).toBe('/mfe1/v1.0.0/app.js');
    const overridden = request('/mfe1/app.js', stable, 'x=1&sluice_override=mfe1%3Acanary');
    expect((await handler(asked(overridden))).uri).toBe('/mfe1/v1.1.0/app.js');
  });

  it('passes versions, pointers, index and API on, and refuses what goes nowhere', async () => {
    const handler = await instance();
    for (const uri of ['/mfe1/v1.0.0/app.js', '/mfe1/active-version.json', '/platform-index.json', '/api/metrics']) {
      expect((await handler(asked(request(uri)))).uri).toBe(uri);
      expect(await handler(answered(request(uri)))).toEqual({ status: '200', headers: {} });
    }
    expect((await handler(asked(request('/mfe1/../secret')))).status).toBe('400');
    expect((await handler(asked(request('/', { accept: '*/*' })))).status).toBe('404');
  });

  it('asks once for a pointer, however many visitors wait for it', async () => {
    const handler = await instance();
    const before = from.asked.length;
    await Promise.all(Array.from({ length: 50 }, () => handler(asked(request('/')))));
    await handler(asked(request('/')));
    expect(from.asked.slice(before).map(({ path }) => path)).toEqual(['/shell/active-version.json']);
  });

  it('answers 503 where it never had a pointer, and leaves the response alone', async () => {
    const handler = await instance();
    from.fail(500);
    try {
      expect((await handler(asked(request('/')))).status).toBe('503');
      expect(await handler(answered(request('/')))).toEqual({ status: '200', headers: {} });
    } finally {
      from.fail(undefined);
    }
  });
});
