import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketOf, parseAppId, parseVersionId, placeOf, pointerKey, type Pointer } from '@sluice/core';
import { createFolderStore, initFolderStore } from '@sluice/local';
import { publishVersion } from '@sluice/publish';
import { serialisePointer } from '@sluice/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeEdge, type NodeEdge } from './index.js';

const id = (name: string) => parseAppId(name) ?? fail();
const shell = placeOf(id('shell'));
const mfe1 = placeOf(id('mfe1'));
const v = (name: string) => parseVersionId(name) ?? fail();
function fail(): never {
  throw new Error('the test is wrong');
}

let folder = '';
let root = '';
let edge: NodeEdge;
let api: Server;
let ids = 0;
const received: { headers: IncomingHttpHeaders; body: string }[] = [];
const script = `export const value = ${JSON.stringify('x'.repeat(5000))};`;

async function put(place: typeof mfe1, pointer: Partial<Pointer>): Promise<void> {
  const whole: Pointer = { version: v('v1.0.0'), canaryVersion: null, canaryPercent: 0, lastUpdated: '', ...pointer };
  await writeFile(join(root, '.pointer'), serialisePointer(whole));
  await rename(join(root, '.pointer'), join(root, pointerKey(place)));
}

async function publish(place: typeof mfe1, kind: 'shell' | 'remote', version: string): Promise<void> {
  const dir = await mkdtemp(join(folder, 'build-'));
  await writeFile(join(dir, 'app.js'), `${script}// ${version}\n`);
  await writeFile(join(dir, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const manifest = { name: 'mfe1', metaData: { publicPath: './', remoteEntry: { name: 'app.js', path: '' } } };
  if (kind === 'remote') await writeFile(join(dir, 'mf-manifest.json'), JSON.stringify({ ...manifest, version }));
  else
    await writeFile(
      join(dir, 'index.html'),
      `<html><head></head><body>${version}<script src="./app.js"></script></body></html>`,
    );
  const store = await createFolderStore({ root });
  const bootScript = new TextEncoder().encode('// boot');
  const result = await publishVersion({ store, place, kind, version: v(version), dir, now: Date.now, bootScript });
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-edge-'));
  root = join(folder, 'store');
  await initFolderStore({ root });
  for (const version of ['v1.0.0', 'v1.1.0']) {
    await publish(shell, 'shell', version);
    await publish(mfe1, 'remote', version);
  }
  await put(shell, { generation: 1 });
  await put(mfe1, { generation: 1 });
  api = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (part: Buffer) => (body += part.toString()));
    incoming.on('end', () => {
      received.push({ headers: incoming.headers, body });
      response.writeHead(204, { 'set-cookie': 'evil=1' });
      response.end();
    });
  });
  await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
  const address = api.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  edge = await createNodeEdge({
    root,
    apps: [
      { place: shell, kind: 'shell' },
      { place: mfe1, kind: 'remote' },
    ],
    apiOrigin: `http://127.0.0.1:${String(port)}`,
    port: 0,
    newId: () => String((ids += 1)).padStart(32, '0'),
    now: Date.now,
  });
});
afterAll(async () => {
  await edge.close();
  api.close();
  await rm(folder, { recursive: true, force: true });
});

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}
interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}
function get(path: string, more: Ask = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      edge.url,
      { path, method: more.method ?? 'GET', headers: more.headers ?? {} },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('end', () => {
          const bytes = Buffer.concat(parts);
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, bytes, text: bytes.toString('utf8') });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(more.body);
  });
}
const html = { accept: 'text/html' };
const until = (what: () => Promise<boolean>) => expect.poll(what, { interval: 5 }).toBe(true);
const pick = (salt: string, within: (bucket: number) => boolean): string => {
  for (let i = 0; ; i += 1) if (within(bucketOf(salt, `u${String(i)}`))) return `u${String(i)}`;
};

describe('documents', () => {
  it('F23 answers deep links with the decided shell, and sets the id once', async () => {
    const first = await get('/orders/17', { headers: html });
    expect(first.status).toBe(200);
    expect(first.text).toContain('/shell/v1.0.0/app.js');
    expect(first.headers['cache-control']).toBe('private, no-cache');
    const cookie = first.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^sluice_id=\d{32}; Path=\/; Max-Age=31536000; SameSite=Lax$/);
    const again = await get('/', { headers: { ...html, cookie: cookie.split(';')[0] ?? '' } });
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('replaces an id that is not well-formed', async () => {
    const got = await get('/', { headers: { ...html, cookie: 'sluice_id=<script>' } });
    expect(got.headers['set-cookie']?.[0]).toMatch(/^sluice_id=\d{32};/);
  });

  it('F4 gives 25 % of 2,000 fresh visitors the canary, within binomial bounds, and each keeps it', async () => {
    await put(shell, { canaryVersion: v('v1.1.0'), canaryPercent: 25, generation: 2, salt: 'edge-test' });
    await until(async () => (await get('/platform-index.json')).text.includes('edge-test'));
    let canary = 0;
    for (let i = 0; i < 2000; i += 1) {
      const got = await get('/', { headers: html });
      const isCanary = got.text.includes('v1.1.0');
      if (isCanary) canary += 1;
      if (i % 50 === 0) {
        const cookie = got.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
        const again = await get('/', { headers: { ...html, cookie } });
        expect(again.text.includes('v1.1.0')).toBe(isCanary);
      }
    }
    expect(Math.abs(canary / 2000 - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 2000));
    await put(shell, { generation: 3 });
    await until(async () => !(await get('/platform-index.json')).text.includes('edge-test'));
  });

  it.each([
    ['canary=true', 'v1.1.0', 'override'],
    ['canary=false', 'v1.0.0', 'override'],
    ['notcanary=true', 'v1.0.0', 'bucket'],
    ['canary=trueish', 'v1.0.0', 'bucket'],
    ['sluice_override=shell:canary', 'v1.1.0', 'override'],
    ['sluice_override=mfe1:canary', 'v1.0.0', 'bucket'],
  ])('F6 obeys the cookie %s exactly: %s, %s', async (cookie, version, reason) => {
    await put(shell, { canaryVersion: v('v1.1.0'), canaryPercent: 0, generation: 4 });
    await until(async () => edge.pointer(id('shell'))?.generation === 4);
    const got = await get('/', { headers: { ...html, cookie: `sluice_id=a; ${cookie}` } });
    expect(got.headers['x-sluice']).toBe(`shell@${version}; reason=${reason}`);
    const query = await get(`/?${cookie}`, { headers: { ...html, cookie: 'sluice_id=a' } });
    expect(query.headers['x-sluice']).toBe(`shell@${version}; reason=${reason}`);
  });

  it('gives crawlers stable', async () => {
    const headers = { ...html, cookie: 'sluice_id=a; canary=true', 'user-agent': 'Googlebot/2.1' };
    expect((await get('/', { headers })).headers['x-sluice']).toBe('shell@v1.0.0; reason=bot');
  });
});

describe('versions', () => {
  it('serves files of any published version as immutable, with their types', async () => {
    for (const version of ['v1.0.0', 'v1.1.0']) {
      const got = await get(`/mfe1/${version}/app.js`);
      expect(got.status).toBe(200);
      expect(got.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(got.headers['content-type']).toBe('text/javascript; charset=utf-8');
      expect(got.headers['x-content-type-options']).toBe('nosniff');
      expect(got.text).toBe(`${script}// ${version}\n`);
    }
    expect((await get('/mfe1/v1.0.0/logo.svg')).headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect((await get('/mfe1/v1.0.0/version.json')).status).toBe(200);
  });

  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['identity', undefined],
    ['*', 'br'],
  ])('answers Accept-Encoding %s with %s', async (accepted, encoding) => {
    const got = await get('/mfe1/v1.0.0/app.js', { headers: { 'accept-encoding': accepted } });
    expect(got.headers['content-encoding']).toBe(encoding);
    expect(got.headers.vary).toBe('Accept-Encoding');
    expect(got.bytes.length).toBe(Number(got.headers['content-length']));
    if (encoding !== undefined) expect(got.bytes.length).toBeLessThan(script.length / 2);
  });

  it('answers 304 to the tag it gave, and a tag of its own for each encoding', async () => {
    const plain = (await get('/mfe1/v1.0.0/app.js')).headers.etag ?? '';
    const br = (await get('/mfe1/v1.0.0/app.js', { headers: { 'accept-encoding': 'br' } })).headers.etag ?? '';
    expect(plain).not.toBe(br);
    const again = await get('/mfe1/v1.0.0/app.js', { headers: { 'if-none-match': `"other", W/${plain}` } });
    expect(again.status).toBe(304);
    expect(again.bytes.length).toBe(0);
    expect((await get('/mfe1/v1.0.0/app.js', { headers: { 'if-none-match': br } })).status).toBe(200);
  });

  it('answers HEAD with the headers and without the body', async () => {
    const got = await get('/mfe1/v1.0.0/app.js', { method: 'HEAD' });
    expect(got.status).toBe(200);
    expect(got.bytes.length).toBe(0);
    expect(Number(got.headers['content-length'])).toBeGreaterThan(5000);
  });

  it.each([
    ['bytes=0-9', 206, 10],
    ['bytes=-5', 206, 5],
    ['bytes=5000-', 206, -1],
    ['bytes=999999-', 416, 0],
    ['bytes=-0', 416, 0],
    ['bytes=9-1', 200, -1],
    ['bytes=0-1,3-4', 200, -1],
    ['lines=1-2', 200, -1],
  ])('answers Range %s with %i', async (range, status, length) => {
    const got = await get('/mfe1/v1.0.0/app.js', { headers: { range, 'accept-encoding': 'br' } });
    expect(got.status).toBe(status);
    if (length >= 0) expect(got.bytes.length).toBe(length);
    if (status === 206) expect(`${script}// v1.0.0\n`).toContain(got.text);
  });

  it.each([
    '/mfe1/v1.0.0/none.js',
    '/mfe1/v9.9.9/app.js',
    '/mfe1/none.js',
    '/mfe1/rollout.json',
    '/mfe1/v1.0.0/app.js.br',
  ])('answers 404 as 404 for %s, also to who asks for HTML', async (path) => {
    const got = await get(path, { headers: html });
    expect(got.status).toBe(404);
    expect(got.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('F23 answers the start page to whoever asks, and tells them how to ask for another one', async () => {
    const anything = { headers: { accept: '*/*' } };
    expect((await get('/', anything)).text).toContain('<html>');
    expect(await get('/orders/17', anything)).toMatchObject({
      status: 404,
      text: 'There is nothing here. There is a page for who asks for one: send `Accept: text/html`, as browsers do.\n',
    });
    expect((await get('/logo.png', anything)).text).toBe('There is nothing here.\n');
  });

  it('E9 does not serve a version whose version.json is not there', async () => {
    const store = await createFolderStore({ root });
    await store.write('mfe1/v3.0.0/app.js', new TextEncoder().encode('half'));
    expect((await get('/mfe1/v3.0.0/app.js')).status).toBe(404);
  });
});

describe('unversioned files', () => {
  const sticky = async (cookie: string) => {
    const got = await get('/mfe1/mf-manifest.json', { headers: { cookie } });
    const { version } = JSON.parse(got.text) as { version: string };
    return { version, set: got.headers['set-cookie']?.[0], cache: got.headers['cache-control'] };
  };

  it("are the decided version's, kept by the cookie of the brief, honoured while it may be", async () => {
    await put(mfe1, { canaryVersion: v('v1.1.0'), canaryPercent: 50, generation: 5, salt: 'sticky' });
    await until(async () => edge.pointer(id('mfe1'))?.generation === 5);
    const inside = pick('sticky', (bucket) => bucket < 5000);
    const outside = pick('sticky', (bucket) => bucket >= 5000);
    expect(await sticky(`sluice_id=${inside}`)).toEqual({
      version: 'v1.1.0',
      set: 'mfe1-version=v1.1.0; Path=/; Max-Age=3600; SameSite=Lax',
      cache: 'no-cache',
    });
    expect(await sticky(`sluice_id=${outside}`)).toMatchObject({ version: 'v1.0.0' });
    expect(await sticky(`sluice_id=${inside}; mfe1-version=v1.0.0`)).toMatchObject({
      version: 'v1.0.0',
      set: undefined,
    });
    expect(await sticky(`sluice_id=${inside}; mfe1-version=v1.1.0`)).toMatchObject({
      version: 'v1.1.0',
      set: undefined,
    });
    // The canary is honoured only while the bucket is within the weight; other versions never.
    expect(await sticky(`sluice_id=${outside}; mfe1-version=v1.1.0`)).toMatchObject({ version: 'v1.0.0' });
    expect(await sticky(`sluice_id=${outside}; mfe1-version=v0.9.0`)).toMatchObject({ version: 'v1.0.0' });
    expect(await sticky(`sluice_id=${outside}; canary=true; mfe1-version=v1.0.0`)).toMatchObject({
      version: 'v1.1.0',
      set: undefined,
    });
  });
});

describe('pointer and index', () => {
  it('are short-lived, derived from the pointers, and answer 304', async () => {
    const got = await get('/platform-index.json');
    expect(got.headers['cache-control']).toBe('public, max-age=0, s-maxage=5, must-revalidate');
    expect(Object.keys((JSON.parse(got.text) as { apps: object }).apps)).toEqual(['mfe1', 'shell']);
    const again = await get('/platform-index.json', { headers: { 'if-none-match': got.headers.etag ?? '' } });
    expect(again.status).toBe(304);
    const pointer = await get('/mfe1/active-version.json');
    expect(pointer.headers['cache-control']).toBe('public, max-age=0, s-maxage=5, must-revalidate');
    expect(JSON.parse(pointer.text)).toMatchObject({ generation: 5 });
  });

  it('E10 a garbled pointer changes nothing: the last good one is obeyed', async () => {
    await writeFile(join(root, pointerKey(mfe1)), '{"version":"v1.');
    await writeFile(join(root, pointerKey(shell)), JSON.stringify({ version: 'v1.0.0', canaryPercent: 250 }));
    await new Promise((done) => setTimeout(done, 300));
    expect(edge.pointer(id('mfe1'))?.generation).toBe(5);
    expect((await get('/', { headers: html })).status).toBe(200);
  });

  it('F12 a lower generation is ignored, one without is believed at once', async () => {
    await put(mfe1, { generation: 3 });
    await new Promise((done) => setTimeout(done, 300));
    expect(edge.pointer(id('mfe1'))?.generation).toBe(5);
    await put(mfe1, { version: v('v1.1.0') });
    await until(async () => edge.pointer(id('mfe1'))?.version === 'v1.1.0');
  });
});

describe('attacks', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('answers %s with 405', async (method) => {
    const got = await get('/mfe1/v1.0.0/app.js', { method });
    expect(got.status).toBe(405);
    expect(got.headers.allow).toBe('GET, HEAD');
  });

  it.each([
    '/mfe1/v1.0.0/..%2f..%2fsluice-store.json',
    '/mfe1/..%5crollout.json',
    '/__proto__/x',
    '/constructor/v1.0.0/x',
    '/mfe1/__proto__',
  ])('gives nothing away for %s', async (path) => {
    expect([400, 404]).toContain((await get(path)).status);
  });

  it('does not follow a link out of the store, even where version.json lists it', async () => {
    await writeFile(join(folder, 'secret'), 'secret');
    const store = await createFolderStore({ root });
    await store.write('mfe1/v4.0.0/real.js', new TextEncoder().encode('1'));
    await symlink(join(folder, 'secret'), join(root, 'mfe1/v4.0.0/leak.js'));
    const files = [
      { path: 'leak.js', size: 6, sha256: 'a'.repeat(64) },
      { path: '../../../secret', size: 6, sha256: 'a'.repeat(64) },
    ];
    await store.write('mfe1/v4.0.0/version.json', new TextEncoder().encode(JSON.stringify({ schema: 1, files })));
    expect((await get('/mfe1/v4.0.0/leak.js')).text).not.toContain('secret\n');
    expect((await get('/mfe1/v4.0.0/leak.js')).status).toBe(500);
  });

  it('survives a request that is not HTTP, and a path with a line break', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(edge.port, '127.0.0.1', () =>
        socket.write('GET /%0d%0aSet-Cookie:%20x=y HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (part) => (text += part.toString()));
      socket.on('close', () => {
        resolve(text);
      });
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(answer.toLowerCase()).not.toContain('set-cookie');
    const garbage = await new Promise<string>((resolve) => {
      const socket = connect(edge.port, '127.0.0.1', () => socket.write('\x00\x01garbage\r\n\r\n'));
      let text = '';
      socket.on('data', (part) => (text += part.toString()));
      socket.on('close', () => {
        resolve(text);
      });
    });
    expect(garbage).toMatch(/^HTTP\/1.1 400/);
    expect((await get('/platform-index.json')).status).toBe(200);
  });
});

describe('the API behind the edge', () => {
  it('is passed on with the address that the edge saw, and nothing that the client made up', async () => {
    received.length = 0;
    const headers = {
      'x-forwarded-for': '1.2.3.4',
      cookie: 'sluice_id=a',
      'x-evil': '1',
      'content-type': 'application/json',
    };
    const got = await get('/api/metrics', { method: 'POST', headers, body: '{}' });
    expect(got.status).toBe(204);
    expect(got.headers['set-cookie']).toBeUndefined();
    expect(received[0]?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', cookie: 'sluice_id=a' });
    expect(received[0]?.headers['x-evil']).toBeUndefined();
  });

  it('D28 loses no beacon where the controller closes a kept connection in the moment in which it is used', async () => {
    const beacon = { method: 'POST', body: '{"kept":1}' };
    const sockets = new Set<unknown>();
    const closeWhatWasKept = (incoming: IncomingMessage): void => {
      if (sockets.has(incoming.socket)) incoming.socket.destroy();
      sockets.add(incoming.socket);
    };
    api.prependListener('request', closeWhatWasKept);
    received.length = 0;
    expect((await get('/api/metrics', beacon)).status).toBe(204);
    expect((await get('/api/metrics', beacon)).status).toBe(204);
    api.off('request', closeWhatWasKept);
    expect(sockets.size).toBe(2);
    expect(received.at(-1)?.body).toBe(beacon.body);
  });

  it('refuses bodies that are too large, declared or not', async () => {
    expect((await get('/api/metrics', { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
  });

  it('answers 503 while the controller is down, and goes on serving', async () => {
    api.closeAllConnections();
    await new Promise((done) => api.close(done));
    const got = await get('/api/metrics', { method: 'POST', body: '{}' });
    expect(got.status).toBe(503);
    expect(got.headers['retry-after']).toBe('2');
    expect((await get('/', { headers: html })).status).toBe(200);
  });

  it('says which port is taken, and what to do', async () => {
    const options = { root, apps: [], port: edge.port, newId: () => '', now: Date.now };
    await expect(createNodeEdge(options)).rejects.toMatchObject({ code: 'port-in-use' });
  });
});
