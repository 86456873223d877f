import { createRequire } from 'node:module';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketOf, parseAppId, placeOf, signSubject, subjectOf, type Signer, type SigningKey } from '@sluice/core';
import { buildEdge } from '@sluice/edge/build';
import { hmacSha256 } from '@sluice/local';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { preview, staff, tokenOf } from './attacks.js';
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
  readonly body?: string;
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
    store = await smallStore(['pr-7-abcd']);
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
  const instance = async (signingKeys: readonly SigningKey[] = []): Promise<Handler> => {
    const apps = (['shell', 'mfe1'] as const).map((name) => {
      const app = parseAppId(name);
      if (app === undefined) throw new Error('the test is wrong');
      return { place: placeOf(app), kind: name === 'shell' ? ('shell' as const) : ('remote' as const) };
    });
    const files = await buildEdge({ target: 'lambda', apps, secure: true, pointers: from.url, signingKeys });
    const built = files.find(({ path }) => path === 'index.js');
    if (built === undefined) throw new Error('nothing was built');
    copies += 1;
    const file = join(folder, `index-${String(copies)}.cjs`);
    await writeFile(file, built.text);
    return (createRequire(import.meta.url)(file) as { handler: Handler }).handler;
  };

  it('needs nothing of its environment', async () => {
    const [built] = await buildEdge({ target: 'lambda', apps: [], secure: true, pointers: from.url });
    expect(built?.text).not.toMatch(/process\.env/);
    expect(built?.text.match(/require\([^)]*\)/g)).toEqual(['require("node:crypto")']);
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
    expect((await handler(asked(request('/orders', { accept: '*/*' })))).status).toBe('404');
    expect((await handler(asked(request('/', { accept: '*/*' })))).uri).toBe('/shell/v1.0.0/index.html');
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

  describe('with keys', () => {
    const keyOf = (id: string): SigningKey => ({ id, secret: id.repeat(20) });
    const signerOf = (...keys: readonly SigningKey[]): Signer => ({ keys: () => keys, mac: hmacSha256 });
    const signer = signerOf(keyOf('k1'));
    const nowS = (): number => Math.floor(Date.now() / 1000);
    const cookiesOf = (response: Response): readonly string[] =>
      (response.headers['set-cookie'] ?? []).map(({ value }) => value);

    it('F24 signs at viewer-response the id that it gives there, whatever it is shown of the request', async () => {
      const handler = await instance([keyOf('k1')]);
      const rewritten = await handler(asked(request('/orders/17')));
      for (const shown of [request('/orders/17'), rewritten]) {
        const cookies = cookiesOf(await handler(answered(shown, { 'set-cookie': [{ value: 'other=1' }] })));
        expect(cookies.map((text) => text.split('=')[0])).toEqual(['other', 'sluice_id', 'sluice_sig']);
        const kept = cookies.map((text) => text.split(';')[0]).join('; ');
        expect(subjectOf(signer, { cookies: kept, nowS: nowS() }).signature).toBe('fresh');
      }
    });

    it('F24 believes the keys before, and signs by the newest what they signed', async () => {
      const handler = await instance([keyOf('k2'), keyOf('k1')]);
      const cookie = `sluice_id=known; sluice_sig=${signSubject(signer, 'known', nowS()) ?? ''}`;
      expect(cookiesOf(await handler(answered(request('/', { cookie }))))).toEqual([
        expect.stringMatching(/^sluice_sig=k2\./),
      ]);
      const other = await instance([keyOf('k2')]);
      const granted = request('/', { cookie: `sluice_audience_staff=${tokenOf(signer, staff)}` });
      const told = async (by: Handler): Promise<string | undefined> =>
        (await by(answered(granted))).headers['server-timing']?.[0]?.value;
      expect([await told(handler), await told(other)]).toEqual(['sluice;desc="staff"', 'sluice;desc=""']);
    });

    it('F6 opens a link where the origin cannot say whether the version is there, and asks it as a holder', async () => {
      const handler = await instance([keyOf('k1')]);
      const link = request('/', {}, `sluice_preview=${tokenOf(signer, preview('mfe1', 'pr-7-abcd'))}`);
      from.fail(500);
      try {
        expect((await handler(asked(link))).status).toBe('303');
      } finally {
        from.fail(undefined);
      }
      const [last] = from.asked.slice(-1);
      expect(last?.path).toBe('/mfe1/pr-7-abcd/version.json');
      expect((await handler(asked(request(last?.path ?? '', { cookie: last?.headers.cookie ?? '' })))).uri).toBe(
        last?.path,
      );
    });

    it('F6 keeps files of a preview from every cache but that of who may see them', async () => {
      const handler = await instance([keyOf('k1')]);
      const cookie = `sluice_preview_mfe1=${tokenOf(signer, preview('mfe1', 'pr-7-abcd'))}`;
      const passed = await handler(asked(request('/mfe1/pr-7-abcd/app.js', { cookie })));
      const { headers } = await handler(answered(passed, { 'cache-control': [{ value: 'public, immutable' }] }));
      expect(headers['cache-control']).toEqual([{ key: 'Cache-Control', value: 'private, max-age=3600' }]);
    });

    it('lets nobody choose by a header what the answer is taken for', async () => {
      const handler = await instance([keyOf('k1')]);
      const passed = await handler(asked(request('/mfe1/v1.0.0/app.js', { 'x-sluice-uri': '/' })));
      expect(passed.headers['x-sluice-uri']).toBeUndefined();
      expect((await handler(answered(passed))).headers).toEqual({});
    });

    it('F6 opens nothing without keys', async () => {
      const handler = await instance();
      const link = await handler(asked(request('/', {}, `sluice_audience=${tokenOf(signer, staff)}`)));
      expect([link.status, link.body]).toEqual(['403', expect.stringContaining('has no keys')]);
      const cookie = `sluice_preview_mfe1=${tokenOf(signer, preview('mfe1', 'pr-7-abcd'))}`;
      expect((await handler(asked(request('/mfe1/pr-7-abcd/app.js', { cookie })))).status).toBe('403');
    });
  });
});
