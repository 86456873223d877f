import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  grantToken,
  parseAppId,
  parseVersionId,
  placeOf,
  pointerKey,
  type Grant,
  type Pointer,
  type Signer,
} from '@sluice/core';
import { createFolderStore, hmacSha256, initFolderStore } from '@sluice/local';
import { publishVersion } from '@sluice/publish';
import { serialisePointer } from '@sluice/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeEdge, type NodeEdge } from './index.js';

function fail(): never {
  throw new Error('the test is wrong');
}
const v = (name: string) => parseVersionId(name) ?? fail();
const id = (name: string) => parseAppId(name) ?? fail();
const shell = placeOf(id('shell'));
const mfe1 = placeOf(id('mfe1'));
const mfe2 = placeOf(id('mfe2'));
let nowMs = 1_800_000_000_000;
const nowS = (): number => Math.floor(nowMs / 1000);
const keys = [{ id: 'k1', secret: 'a secret of this test, and no other' }];
const signer: Signer = { keys: () => keys, mac: hmacSha256 };
let folder = '';
let edge: NodeEdge;
let keyless: NodeEdge;

const aPreview = (app: string, version: string): Grant => ({ kind: 'preview', app: id(app), version: v(version) });
const staff: Grant = { kind: 'audience', audience: 'staff' };
const token = (grant: Grant, forS = 3600): string => grantToken(signer, grant, nowS() + forS) ?? fail();

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: readonly string[];
  readonly body: string;
}

function get(path: string, headers: Record<string, string> = {}, from: NodeEdge = edge): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${from.url}${path}`, { headers: { accept: 'text/html', ...headers } }, (incoming) => {
      let body = '';
      incoming.on('data', (part: Buffer) => (body += part.toString()));
      incoming.on('end', () => {
        const cookies = incoming.headers['set-cookie'] ?? [];
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, cookies, body });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** What a browser keeps of the cookies that it was sent. */
const kept = (...answers: readonly Answer[]): string =>
  answers.flatMap(({ cookies }) => cookies.map((text) => text.split(';')[0] ?? '')).join('; ');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-grants-'));
  const root = join(folder, 'store');
  await initFolderStore({ root });
  const store = await createFolderStore({ root });
  for (const [place, version] of [
    [shell, 'v1.0.0'],
    [shell, 'pr-7-abcd'],
    [mfe1, 'v1.0.0'],
    [mfe1, 'v1.1.0'],
    [mfe1, 'pr-12-abcd'],
    [mfe2, 'v1.0.0'],
    [mfe2, 'pr-12-abcd'],
  ] as const) {
    const dir = await mkdtemp(join(folder, 'build-'));
    const kind = place === shell ? ('shell' as const) : ('remote' as const);
    await writeFile(join(dir, 'app.js'), `export const version = '${version}';\n`);
    const metaData = { publicPath: 'auto', remoteEntry: { name: 'app.js', path: '' } };
    if (kind === 'remote')
      await writeFile(join(dir, 'mf-manifest.json'), JSON.stringify({ name: place.app, metaData }));
    else await writeFile(join(dir, 'index.html'), `<html><head></head><body>${version}</body></html>`);
    const done = await publishVersion({ store, place, kind, version: v(version), dir, now: () => 0 });
    if (done.kind === 'refused') fail();
  }
  for (const place of [shell, mfe1, mfe2]) {
    const canary = place === mfe1 ? { canaryVersion: v('v1.1.0'), audience: 'staff' } : { canaryVersion: null };
    const pointer: Pointer = { version: v('v1.0.0'), canaryPercent: 0, lastUpdated: '', ...canary };
    await store.write(pointerKey(place), new TextEncoder().encode(serialisePointer(pointer)));
  }
  const apps = [
    { place: shell, kind: 'shell' as const },
    { place: mfe1, kind: 'remote' as const },
    { place: mfe2, kind: 'remote' as const },
  ];
  let ids = 0;
  const newId = (): string => String((ids += 1)).padStart(32, '0');
  const options = { root, apps, port: 0, newId, now: () => nowMs };
  edge = await createNodeEdge({ ...options, signer });
  keyless = await createNodeEdge(options);
});
afterAll(async () => {
  await edge.close();
  await keyless.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the signature of a visitor', () => {
  it('comes with the id, for 30 days, and no script can read it', async () => {
    const [idCookie = '', signature = ''] = (await get('/')).cookies;
    expect(idCookie).toMatch(/^sluice_id=\d{32}; Path=\/; Max-Age=31536000; SameSite=Lax$/);
    expect(signature).toMatch(/^sluice_sig=k1\.\d+\.[\w-]{43}; Path=\/; Max-Age=2592000; SameSite=Lax; HttpOnly$/);
  });

  it('F24 is renewed after half of its time, and the id stays what it is', async () => {
    const first = await get('/');
    const cookie = kept(first);
    expect((await get('/', { cookie })).cookies).toEqual([]);
    nowMs += 16 * 86_400_000;
    const again = await get('/', { cookie });
    expect(again.cookies.map((text) => text.split('=')[0])).toEqual(['sluice_sig']);
    nowMs += 365 * 86_400_000;
    expect((await get('/', { cookie })).cookies.map((text) => text.split('=')[0])).toEqual(['sluice_sig']);
  });

  it('is not given where there are no keys', async () => {
    expect((await get('/', {}, keyless)).cookies.map((text) => text.split('=')[0])).toEqual(['sluice_id']);
  });
});

describe('a preview', () => {
  it('F6 is opened by its link: cookie, redirect to the page without it, its files', async () => {
    const link = await get(`/orders/17?tab=2&sluice_preview=${token(aPreview('mfe1', 'pr-12-abcd'))}`);
    expect([link.status, link.headers.location, link.headers['cache-control']]).toEqual([
      303,
      '/orders/17?tab=2',
      'no-store',
    ]);
    expect(link.cookies[0]).toMatch(
      /^sluice_preview_mfe1=mfe1:pr-12-abcd:[^;]+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/,
    );
    const cookie = kept(link);
    expect((await get('/orders/17?tab=2', { cookie })).headers['server-timing']).toBe('sluice;desc="mfe1@pr-12-abcd"');
    const file = await get('/mfe1/pr-12-abcd/app.js', { cookie });
    expect([file.status, file.headers['cache-control']]).toEqual([200, 'private, max-age=3600']);
    expect((await get('/mfe1/app.js', { cookie })).body).toContain('pr-12-abcd');
  });

  it('F6 of a shell is the document that is served, for deep links too', async () => {
    const cookie = kept(await get(`/?sluice_preview=${token(aPreview('shell', 'pr-7-abcd'))}`));
    const document = await get('/orders/17', { cookie });
    expect(document.body).toContain('pr-7-abcd');
    expect(document.headers['x-sluice']).toBe('shell@pr-7-abcd; reason=override');
    expect((await get('/orders/17')).body).toContain('v1.0.0');
  });

  it('F6 shows its files to who has its link', async () => {
    const cookie = `sluice_preview_mfe1=${token(aPreview('mfe1', 'pr-12-abcd'))}`;
    expect((await get('/mfe1/pr-12-abcd/app.js', { cookie })).status).toBe(200);
    expect((await get('/mfe1/pr-12-abcd/app.js', { cookie }, keyless)).status).toBe(403);
  });

  it('F6 is told to the page by the document only, so that a cookie from elsewhere opens nothing', async () => {
    const forged = `sluice_preview_mfe1=mfe1:v0.0.1:k1.99999999999.${'A'.repeat(43)}`;
    expect((await get('/', { cookie: forged })).headers['server-timing']).toBe('sluice;desc=""');
  });

  it('is ended by a link, whatever its cookies are called', async () => {
    const cookie = `sluice_preview_mfe1=x; sluice_preview___proto__=y; sluice_preview_mfe1=z; other=1`;
    const link = await get('/?sluice_preview=off', { cookie });
    expect([link.status, link.headers.location]).toEqual([303, '/']);
    expect(link.cookies).toEqual(['sluice_preview_mfe1=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']);
  });

  it.each([
    ['forged', () => token(aPreview('mfe1', 'pr-12-abcd')).replace('mfe1', 'mfe2'), /changed on the way/],
    ['expired', () => token(aPreview('mfe1', 'pr-12-abcd'), 0), /has expired/],
    ['of an app that is not here', () => token(aPreview('mfe9', 'pr-12-abcd')), /There is no app/],
    ['of a version that is not here', () => token(aPreview('mfe1', 'pr-99-abcd')), /not here any more/],
  ] as const)('F6 a link that is %s gets a page that says so, and no cookie', async (_what, link, says) => {
    const answer = await get(`/orders?sluice_preview=${encodeURIComponent(link())}`);
    expect([answer.status, answer.cookies, answer.headers['cache-control']]).toEqual([403, [], 'no-store']);
    expect(answer.body).toMatch(says);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('says what is missing where there are no keys', async () => {
    const answer = await get(`/?sluice_preview=${token(staff)}`, {}, keyless);
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('has no keys')]);
  });
});

describe('an audience', () => {
  it('F6 is joined by a link, and gets the canary that is for it', async () => {
    const link = await get(`/?sluice_audience=${token(staff)}`);
    expect(link.cookies[0]).toContain('sluice_audience_staff=staff:');
    const cookie = kept(link);
    const found = await get('/mfe1/app.js', { cookie });
    expect([found.body, found.headers['x-sluice']]).toEqual([
      expect.stringContaining('v1.1.0'),
      'mfe1@v1.1.0; reason=audience',
    ]);
    expect((await get('/', { cookie })).headers['server-timing']).toBe('sluice;desc="staff"');
    expect((await get('/mfe1/app.js')).body).toContain('v1.0.0');
  });

  it('F6 is not joined by writing its name into a cookie', async () => {
    for (const cookie of [
      'sluice_audience_staff=staff',
      'sluice_audience=staff',
      `sluice_audience_staff=${token(aPreview('mfe1', 'v1.0.0'))}`,
    ]) {
      expect((await get('/mfe1/app.js', { cookie })).body).toContain('v1.0.0');
    }
  });
});

describe('who attacks', () => {
  it.each([
    ['//evil.example/', 400],
    ['/%2f/evil.example', 400],
    ['/\\evil.example', 400],
    ['/..%2f..%2fetc', 400],
    ['/%0d%0aSet-Cookie:x=y', 400],
  ])('is sent nowhere else by %s', async (path, status) => {
    const answer = await get(`${path}?sluice_preview=${token(aPreview('mfe1', 'pr-12-abcd'))}`);
    expect([answer.status, answer.headers.location, answer.cookies]).toEqual([status, undefined, []]);
  });

  it('puts no header into an answer', async () => {
    const bad = `${token(aPreview('mfe1', 'pr-12-abcd'))}%0d%0aSet-Cookie:%20evil=1`;
    const answer = await get(`/?sluice_preview=${bad}&a=%0d%0aEvil:%201`);
    expect([answer.status, answer.headers['evil'], answer.cookies]).toEqual([403, undefined, []]);
    const good = await get(`/?a=%0d%0aEvil:%201&sluice_preview=${token(aPreview('mfe1', 'pr-12-abcd'))}`);
    expect([good.status, good.headers.location, good.headers['evil']]).toEqual([303, '/?a=%0d%0aEvil:%201', undefined]);
  });

  it('reaches no prototype by names of apps, audiences and parameters', async () => {
    for (const text of ['__proto__:v1.0.0:x', 'constructor:v1.0.0:x', 'constructor:x']) {
      expect((await get(`/?sluice_preview=${encodeURIComponent(text)}`)).status).toBe(403);
      expect((await get(`/?sluice_audience=${encodeURIComponent(text)}`)).status).toBe(403);
    }
    const cookie =
      'sluice_preview___proto__=a; sluice_audience_constructor=constructor; __proto__=b; sluice_id=__proto__';
    expect((await get('/', { cookie })).status).toBe(200);
    expect((await get('/?__proto__[app]=mfe1&constructor=1')).status).toBe(200);
    expect(({} as { app?: string }).app).toBeUndefined();
  });

  it('F24 with an id of a neighbour domain before ours does not get it signed in its place', async () => {
    const own = await get('/');
    const answer = await get('/', { cookie: `sluice_id=tossed; ${kept(own)}` });
    expect(answer.cookies).toEqual([]);
    const both = await get('/', { cookie: `sluice_sig=k1.1.${'A'.repeat(43)}; sluice_id=tossed; ${kept(own)}` });
    expect(both.cookies).toEqual([]);
  });

  it('with a thousand parameters and cookies gets an answer all the same', async () => {
    const many = Array.from({ length: 150 }, (_, i) => `sluice_preview=x${String(i)}`).join('&');
    expect((await get(`/?${many}`)).status).toBe(403);
    const cookies = Array.from({ length: 400 }, (_, i) => `sluice_preview_a${String(i)}=x`).join('; ');
    expect((await get('/', { cookie: cookies })).status).toBe(200);
  });

  it('with raw bytes in the request line breaks nothing', async () => {
    const raw = await new Promise<string>((resolve) => {
      const socket = connect(edge.port, '127.0.0.1', () => {
        socket.write(
          Buffer.from(
            'GET /?sluice_preview=\xff\xfe HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n',
            'latin1',
          ),
        );
      });
      let text = '';
      socket.on('data', (part) => (text += part.toString('latin1')));
      socket.on('close', () => {
        resolve(text);
      });
    });
    expect(raw).toMatch(/^HTTP\/1\.1 40[03]/);
    expect((await get('/')).status).toBe(200);
  });
});
