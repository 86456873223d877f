import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bucketOf } from '@sluice/core';
import { describeWith, nginx } from '@sluice/peers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleViewerRequest, bundleViewerResponse } from '../../scripts/edge/bundle.js';
import { origin, type Origin } from './origin.js';
import { runNginx, type RunningNginx } from './run-nginx.js';
import { bigScript, smallStore, type SmallStore } from './small-store.js';

const html = { accept: 'text/html,*/*' };
const half = { canaryVersion: 'v1.1.0', canaryPercent: 50, salt: 'salt' };
const idIn = (arm: 'canary' | 'stable'): string => {
  for (let i = 0; ; i += 1)
    if (bucketOf('salt', `id${String(i)}`) < 5000 === (arm === 'canary')) return `id${String(i)}`;
};

/** Bytes as they are, without a client that would put them right. */
async function raw(to: RunningNginx, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(to.port, '127.0.0.1');
    let got = '';
    socket.on('data', (part: Buffer) => (got += part.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // It hangs up on who sends too much.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(got);
      else reject(error);
    });
    socket.on('close', () => {
      resolve(got);
    });
    socket.end(text);
  });
}

describeWith([nginx], 'nginx with the CloudFront Function over a folder', () => {
  let store: SmallStore;
  let edge: RunningNginx;
  let api: Server;
  beforeAll(async () => {
    store = await smallStore();
    api = createServer((request, response) => {
      response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers }));
    });
    await new Promise<void>((resolve) => {
      api.listen(0, '127.0.0.1', resolve);
    });
    const { port } = api.address() as AddressInfo;
    edge = await runNginx({
      files: { kind: 'folder', root: store.root },
      apiOrigin: `http://127.0.0.1:${String(port)}`,
      regionHeader: 'X-Region',
    });
  });
  afterAll(async () => {
    await edge.stop();
    api.close();
    await store.remove();
  });
  beforeEach(async () => {
    await store.point('shell', half);
    await store.point('mfe1', half);
  });
  const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> =>
    fetch(`${edge.url}${path}`, { redirect: 'manual', headers, ...init });
  const versionOf = (response: Response): string | undefined =>
    /@(\S+);/.exec(response.headers.get('x-sluice') ?? '')?.[1];

  it.each([
    ['viewer-request', "import cf from 'cloudfront';\nvar SLUICE=", bundleViewerRequest],
    [
      'viewer-response',
      "import cf from 'cloudfront';\nvar crypto=require('crypto');\nvar SLUICE=",
      bundleViewerResponse,
    ],
  ])('runs the function for %s byte for byte as CloudFront gets it', async (name, begins, bundle) => {
    const text = await readFile(join(edge.folder, `sluice-${name}.js`), 'utf8');
    const { code } = await bundle();
    expect(text.startsWith(begins)).toBe(true);
    expect(text.endsWith(`;\n${code}export default { handler };\n`)).toBe(true);
  });

  it('F23 answers a deep link with the shell that was decided, and a new visitor with an id', async () => {
    const first = await get('/orders/17?x=1', html);
    const id = /sluice_id=([\w-]+); Path=\/; Max-Age=31536000; SameSite=Lax$/.exec(
      first.headers.get('set-cookie') ?? '',
    );
    expect(first.status).toBe(200);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const expected = bucketOf('salt', id?.[1] ?? '') < 5000 ? 'v1.1.0' : 'v1.0.0';
    expect(await first.text()).toContain(expected);
    const again = await get('/', { ...html, cookie: `sluice_id=${id?.[1] ?? ''}` });
    expect(versionOf(again)).toBe(expected);
    expect(again.headers.get('set-cookie')).toBeNull();
  });

  it('F4 gives the canary to its share of new visitors, within binomial bounds', async () => {
    await store.point('shell', { ...half, canaryPercent: 20 });
    const seen = new Set<string>();
    let canary = 0;
    const visitors = 1000;
    for (let i = 0; i < visitors / 20; i += 1) {
      const twenty = await Promise.all(Array.from({ length: 20 }, () => get('/', html)));
      for (const response of twenty) {
        seen.add(response.headers.get('set-cookie') ?? '');
        if (versionOf(response) === 'v1.1.0') canary += 1;
        await response.arrayBuffer();
      }
    }
    expect(seen.size).toBe(visitors);
    // Five standard deviations: one false alarm in two million runs.
    expect(Math.abs(canary - 200)).toBeLessThan(5 * Math.sqrt(visitors * 0.2 * 0.8));
  });

  it('F3 serves stable to everybody as soon as the pointer says so, also to who asks whether the page has changed', async () => {
    const cookie = `sluice_id=${idIn('canary')}`;
    const before = await get('/', { ...html, cookie });
    expect(await before.text()).toContain('v1.1.0');
    await store.point('shell', { generation: 9 });
    // Both versions have pages of one length and of one second.
    const held = {
      'if-none-match': before.headers.get('etag') ?? '*',
      'if-modified-since': before.headers.get('last-modified') ?? new Date().toUTCString(),
    };
    const after = await get('/', { ...html, ...held, cookie });
    expect(after.status).toBe(200);
    expect(await after.text()).toContain('v1.0.0');
  });

  it('answers unversioned paths with the decided version, kept by the cookie of the brief', async () => {
    const cookie = `sluice_id=${idIn('canary')}`;
    const first = await get('/mfe1/mf-manifest.json', { cookie });
    expect(await first.json()).toMatchObject({ version: 'v1.1.0' });
    expect(first.headers.get('cache-control')).toBe('no-cache');
    expect(first.headers.get('set-cookie')).toBe('mfe1-version=v1.1.0; Path=/; Max-Age=3600; SameSite=Lax');
    const kept = await get('/mfe1/mf-manifest.json', { cookie: `${cookie}; mfe1-version="v1.0.0"` });
    expect(await kept.json()).toMatchObject({ version: 'v1.0.0' });
    expect(kept.headers.get('set-cookie')).toBeNull();
  });

  it('serves versions for ever, compressed as they were published, and names with a space', async () => {
    const file = await get('/mfe1/v1.0.0/app.js', { 'accept-encoding': 'gzip' });
    expect(file.headers.get('content-encoding')).toBe('gzip');
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await file.text()).toBe(`${bigScript}// v1.0.0\n`);
    const tag = file.headers.get('etag') ?? '';
    expect((await get('/mfe1/v1.0.0/app.js', { 'accept-encoding': 'gzip', 'if-none-match': tag })).status).toBe(304);
    for (const path of ['/mfe1/v1.0.0/with%20space.svg', '/mfe1/with%20space.svg', '/%6dfe1/v1.0.0/app.js']) {
      expect((await get(path)).status).toBe(200);
    }
    const head = await get('/mfe1/v1.0.0/app.js', {}, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('serves pointers for a short while only', async () => {
    const pointer = await get('/mfe1/active-version.json');
    expect(pointer.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=5, must-revalidate');
    expect(await pointer.json()).toMatchObject({ canaryPercent: 50 });
  });

  it('F6 F17 obeys overrides, bots and regions', async () => {
    const stable = `sluice_id=${idIn('stable')}`;
    const canary = `sluice_id=${idIn('canary')}`;
    expect(versionOf(await get('/?canary=true', { ...html, cookie: stable }))).toBe('v1.1.0');
    expect(versionOf(await get('/?sluice_override=shell%3Acanary', { ...html, cookie: stable }))).toBe('v1.1.0');
    expect(versionOf(await get('/', { ...html, cookie: `${stable}; canary=true` }))).toBe('v1.1.0');
    expect(versionOf(await get('/', { ...html, cookie: stable, 'x-sluice-canary': 'true' }))).toBe('v1.1.0');
    expect(versionOf(await get('/', { ...html, cookie: canary, 'user-agent': 'Googlebot/2.1' }))).toBe('v1.0.0');
    await store.point('shell', { ...half, enabledRegions: ['eu'] });
    expect(versionOf(await get('/', { ...html, cookie: canary }))).toBe('v1.0.0');
    expect(versionOf(await get('/', { ...html, cookie: canary, 'x-region': 'eu' }))).toBe('v1.1.0');
  });

  it.each([
    ['no JSON', '{"version":'],
    ['no version', '{"version":"latest"}'],
    ['null', 'null'],
    ['empty', ''],
    ['of a canary that is none', '{"version":"v1.0.0","canaryVersion":"latest","canaryPercent":50}'],
    ['of a percentage that is none', '{"version":"v1.0.0","canaryVersion":"v1.1.0","canaryPercent":250}'],
    ['of an older look', { canaryVersion: 'v1.1.0', canaryPercent: '50' }],
  ])('E10 serves on by the last good pointer where it is %s, and obeys the next good one', async (_, pointer) => {
    const cookie = `sluice_id=${idIn('canary')}`;
    expect(versionOf(await get('/', { ...html, cookie }))).toBe('v1.1.0');
    await store.point('shell', pointer);
    expect(versionOf(await get('/', { ...html, cookie }))).toBe('v1.1.0');
    expect((await get('/mfe1/app.js')).status).toBe(200);
    await store.point('shell', {});
    expect(versionOf(await get('/', { ...html, cookie }))).toBe('v1.0.0');
  });

  it('E10 serves on where the pointer is gone, or cannot be read', async () => {
    const cookie = `sluice_id=${idIn('canary')}`;
    const path = join(store.root, 'shell', 'active-version.json');
    expect(versionOf(await get('/', { ...html, cookie }))).toBe('v1.1.0');
    await rm(path);
    expect(versionOf(await get('/', { ...html, cookie }))).toBe('v1.1.0');
    await mkdir(path);
    expect(versionOf(await get('/', { ...html, cookie }))).toBe('v1.1.0');
    await rm(path, { recursive: true });
  });

  it('E10 gives stable where there never was a good pointer, and 503 where nothing can be had of it', async () => {
    const fresh = await smallStore();
    await fresh.point('shell', '{"version":"v1.0.0","canaryVersion":"latest","canaryPercent":50}');
    await fresh.point('mfe1', 'null');
    const other = await runNginx({ files: { kind: 'folder', root: fresh.root } });
    try {
      expect(versionOf(await fetch(`${other.url}/`, { headers: html }))).toBe('v1.0.0');
      const broken = await fetch(`${other.url}/mfe1/app.js`);
      expect([broken.status, broken.headers.get('cache-control')]).toEqual([503, 'no-store']);
    } finally {
      await other.stop();
      await fresh.remove();
    }
  });

  it('serves without a last good pointer where it may not write one', async () => {
    const fresh = await smallStore();
    const other = await runNginx({ files: { kind: 'folder', root: fresh.root } });
    try {
      await mkdir(join(other.folder, 'run', 'shell.pointer'));
      expect(versionOf(await fetch(`${other.url}/`, { headers: html }))).toBe('v1.0.0');
      await fresh.point('shell', 'null');
      expect((await fetch(`${other.url}/`, { headers: html })).status).toBe(503);
    } finally {
      await other.stop();
      await fresh.remove();
    }
  });

  it('passes the API on, but not what only the edge may tell', async () => {
    const got = (await (await get('/api/metrics', { cookie: 'a=b' }, { method: 'POST', body: '{}' })).json()) as {
      url: string;
      method: string;
      headers: Record<string, string>;
    };
    expect(got).toMatchObject({
      url: '/api/metrics',
      method: 'POST',
      headers: { cookie: 'a=b', 'x-forwarded-for': '127.0.0.1' },
    });
    expect((await get('/api/requests', {}, { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await get('/api/metrics', {}, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
  });

  describe('under attack', () => {
    it.each([
      '/mfe1/v1.0.0/../../sluice-store.json',
      '/mfe1/v1.0.0/..%2f..%2fsluice-store.json',
      '/mfe1/v1.0.0/%2e%2e/%2e%2e/sluice-store.json',
      '/mfe1/v1.0.0/%252e%252e/sluice-store.json',
      '/mfe1/v1.0.0/..%5c..%5csluice-store.json',
      '/sluice-store.json',
      '/mfe1/rollout.json',
      '/mfe1/version-history.json',
      '/sluice/files/sluice-store.json',
      '/sluice/pointers/sluice-store.json',
      '//sluice/files/sluice-store.json',
      '/x/../sluice/files/sluice-store.json',
      '/mfe1/.well-known/../../sluice-store.json',
      '/mfe1/v1.0.0/.hidden',
      '/mfe1/v1.0.0/app.js%00.html',
      '/mfe1/%ff%fe',
      '/mfe1/%c0%ae%c0%ae/sluice-store.json',
      '/%zz',
      '/apix',
      '/mfe1/pr-7-abcd/version.json',
    ])('gives nothing away for %s', async (path) => {
      await store.point('shell', {});
      const got = await raw(edge, `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nConnection: close\r\n\r\n`);
      expect(got).toMatch(/^HTTP\/1\.1 (400|403|404|503) /);
      expect(got).not.toContain('schema');
    });

    it.each([
      '/%0d%0aSet-Cookie:%20evil=1',
      '/mfe1/%0aSet-Cookie:%20evil=1',
      '/?canary=true%0d%0aSet-Cookie:%20evil=1',
      '/?sluice_override=shell:canary%0d%0aX-Evil:%201',
    ])('puts nothing of %s into a header', async (path) => {
      const got = await raw(edge, `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
      expect(got.split('\r\n\r\n')[0]).not.toMatch(/evil/i);
    });

    it.each([
      'sluice_id=a"b',
      'sluice_id=a%0d%0aSet-Cookie:evil=1',
      'sluice_id=<script>evil</script>',
      `sluice_id=${'evil'.repeat(100)}`,
      'mfe1-version=v1.1.0%0d%0aX-Evil:1',
      'mfe1-version=../../evil',
      'mfe1-version=v9.9.9-evil',
      '__proto__=evil; constructor=evil; toString=evil; sluice_id',
      '=evil; ; ;;=;',
    ])('believes no cookie %s', async (cookie) => {
      for (const path of ['/', '/mfe1/app.js']) {
        const got = await raw(
          edge,
          `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
        );
        expect(got).toMatch(/^HTTP\/1\.1 200 /);
        expect(got.split('\r\n\r\n')[0]).not.toMatch(/evil/i);
      }
    });

    it('refuses what is too large, and serves on', async () => {
      const close = 'Host: x\r\nAccept: text/html\r\nConnection: close\r\n';
      expect(await raw(edge, `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n${close}\r\n`)).toMatch(/^HTTP\/1\.1 414 /);
      expect(await raw(edge, `GET /${'a'.repeat(5000)} HTTP/1.1\r\n${close}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
      const cookie = `Cookie: x=${'c'.repeat(40_000)}\r\n`;
      expect(await raw(edge, `GET / HTTP/1.1\r\n${close}${cookie}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
      // Larger than anybody reads: as if there were none.
      const long = `Cookie: sluice_id=known; x=${'c'.repeat(20_000)}\r\n`;
      const got = await raw(edge, `GET / HTTP/1.1\r\n${close}${long}\r\n`);
      expect(got).toMatch(/^HTTP\/1\.1 200 /);
      expect(got).toMatch(/Set-Cookie: sluice_id=/);
      expect((await get('/', html)).status).toBe(200);
    });

    it('lets a header that only CloudFront sets choose nothing', async () => {
      const forged = { ...html, 'x-sluice': 'set mfe1@v1.1.0; reason=bucket', 'x-sluice-app': 'mfe1' };
      const got = await get('/', { ...forged, cookie: `sluice_id=${idIn('stable')}` });
      expect(got.headers.get('x-sluice')).toMatch(/^shell@v1\.0\.0/);
    });

    it('takes no other method', async () => {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        expect((await get('/', html, { method })).status).toBe(405);
        expect([403, 405]).toContain((await get('/mfe1/v1.0.0/app.js', {}, { method })).status);
      }
    });
  });
});

describeWith([nginx], 'nginx with the CloudFront Function over an HTTP origin', () => {
  let store: SmallStore;
  let from: Origin;
  let edge: RunningNginx;
  beforeAll(async () => {
    store = await smallStore();
    from = await origin(store.root, '/bucket');
    edge = await runNginx({ files: { kind: 'origin', url: from.url }, pointersFor: '1s' });
  });
  afterAll(async () => {
    await edge.stop();
    await from.close();
    await store.remove();
  });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${edge.url}${path}`, { headers });

  it('asks the origin once for a file of a version: MISS, then HIT, by whatever path and for whomever', async () => {
    await store.point('shell', half);
    await store.point('mfe1', half);
    for (const arm of ['stable', 'canary'] as const) {
      const version = arm === 'canary' ? 'v1.1.0' : 'v1.0.0';
      const cookie = `sluice_id=${idIn(arm)}`;
      const first = await get('/', { ...html, cookie });
      expect([first.headers.get('x-cache'), await first.text()]).toEqual(['MISS', expect.stringContaining(version)]);
      const second = await get('/orders/17', { ...html, cookie });
      expect([second.headers.get('x-cache'), await second.text()]).toEqual(['HIT', expect.stringContaining(version)]);
      expect((await get(`/mfe1/${version}/app.js`)).headers.get('x-cache')).toBe('MISS');
      expect((await get('/mfe1/app.js', { cookie })).headers.get('x-cache')).toBe('HIT');
      expect(from.asked.filter(({ path }) => path === `/bucket/shell/${version}/index.html`)).toHaveLength(1);
      expect(from.asked.filter(({ path }) => path === `/bucket/mfe1/${version}/app.js`)).toHaveLength(1);
    }
  });

  it('tells the origin nothing of a visitor, and obeys nothing that it says of caches and cookies', async () => {
    const secret = { ...html, cookie: 'session=secret', authorization: 'secret', 'x-forwarded-for': 'secret' };
    const got = await get('/mfe1/v1.0.0/with%20space.svg', secret);
    expect(got.status).toBe(200);
    expect(got.headers.get('set-cookie')).toBeNull();
    expect(got.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    await get('/', secret);
    expect(JSON.stringify(from.asked)).not.toContain('secret');
    const names = new Set(from.asked.flatMap(({ headers }) => Object.keys(headers)));
    expect([...names].filter((name) => !['host', 'connection'].includes(name))).toEqual([]);
  });

  it('does not say "not modified" of another version, whatever tag the origin gives', async () => {
    const cookie = `sluice_id=${idIn('canary')}`;
    const got = await get('/', { ...html, cookie, 'if-none-match': '"same"' });
    expect([got.status, got.headers.get('etag')]).toEqual([200, null]);
  });

  it('is refused by the origin what is not there', async () => {
    expect((await get('/mfe1/v1.0.0/missing.js')).status).toBe(403);
  });

  it('F11 serves on with the last good pointer while the origin fails', async () => {
    expect((await get('/', html)).status).toBe(200);
    const before = from.asked.length;
    from.fail(500);
    try {
      // Until the pointer is too old to be taken without asking, and the origin has failed at it.
      const until = Date.now() + 20_000;
      while (from.asked.length === before && Date.now() < until) {
        const got = await get('/', html);
        expect(got.status).toBe(200);
        await got.arrayBuffer();
      }
      expect(from.asked.slice(before).map(({ path }) => path)).toContain('/bucket/shell/active-version.json');
      expect((await get('/', html)).status).toBe(200);
    } finally {
      from.fail(undefined);
    }
  });

  it('E10 serves on by the last good pointer where the origin gives a garbled one', async () => {
    await store.point('shell', half);
    const cookie = `sluice_id=${idIn('canary')}`;
    const versionNow = async (): Promise<string> => (await get('/', { ...html, cookie })).headers.get('x-sluice') ?? '';
    await expect.poll(versionNow).toBe('shell@v1.1.0; reason=bucket');
    await store.point('shell', 'null');
    const asked = (): number => from.asked.filter(({ path }) => path === '/bucket/shell/active-version.json').length;
    const before = asked();
    await expect
      .poll(async () => [await versionNow(), asked() > before + 1])
      .toEqual(['shell@v1.1.0; reason=bucket', true]);
  });
});
