import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAppId, placeOf } from '@sluice/core';
import { buildEdge } from '@sluice/edge/build';
import { createNodeEdge } from '@sluice/edge/node';
import { describeWith, nginx, type Needed } from '@sluice/peers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { njs, quickjs, v8 } from '../../scripts/conformance/bundle-engines.js';
import { nothingThere, wrongCookies, wrongPaths } from './attacks.js';
import { answered, asked, handle, request, type Request, type Response } from './cloudfront.js';
import { origin } from './origin.js';
import { runNginx } from './run-nginx.js';
import { smallStore, type SmallStore } from './small-store.js';

interface Said {
  readonly status: number;
  /** All headers, as text. */
  readonly head: string;
}

interface Edge {
  ask(path: string, headers: Readonly<Record<string, string>>): Promise<Said>;
  close(): Promise<void>;
}

const apps = (['shell', 'mfe1'] as const).map((name) => {
  const app = parseAppId(name);
  if (app === undefined) throw new Error('the test is wrong');
  return { place: placeOf(app), kind: name === 'shell' ? ('shell' as const) : ('remote' as const) };
});

/** Bytes as they are, without a client that would put them right. */
async function raw(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<Said> {
  const lines = Object.entries({ host: 'x', connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let got = '';
    socket.on('data', (part: Buffer) => (got += part.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(got);
    });
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  });
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), head: text.split('\r\n\r\n')[0] ?? '' };
}

/** Cookies as CloudFront shows them: the first of each name, without those that have none. */
function cookiesOf(header: string): Request['cookies'] {
  const cookies: Record<string, { value: string }> = Object.create(null) as Record<string, { value: string }>;
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !(name in cookies)) cookies[name] = { value: pair.slice(at + 1).trim() };
  }
  return cookies;
}

const entry = JSON.stringify({ version: 'v1.0.0', canaryVersion: null, canaryPercent: 0 });

const cloudfront = (engine: typeof v8) => (): Promise<Edge> =>
  Promise.resolve({
    async ask(path, { cookie = '', ...headers }) {
      const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
      const of = request(path, { headers: shown, cookies: cookiesOf(cookie) });
      const entries = { shell: entry, mfe1: entry };
      const [passed] = await handle(engine, entries, [asked(of)]);
      const result = passed?.result as Request | Response;
      if ('statusCode' in result) return { status: result.statusCode, head: JSON.stringify(result) };
      const [answer] = await handle(engine, entries, [answered(result)]);
      return { status: 200, head: JSON.stringify([result.uri, answer?.result]) };
    },
    close: () => Promise.resolve(),
  });

async function lambda(store: SmallStore): Promise<Edge> {
  const from = await origin(store.root);
  const [built] = await buildEdge({ target: 'lambda', apps, secure: true, pointers: from.url });
  const file = join(store.root, '..', 'lambda.cjs');
  await writeFile(file, built?.text ?? '');
  type Result = { uri: string; status?: string };
  const { handler } = createRequire(import.meta.url)(file) as { handler: (event: object) => Promise<Result> };
  const event = (eventType: string, of: object, response?: object): object => ({
    Records: [{ cf: { config: { eventType, requestId: 'abcdefghijklmnop' }, request: of, response } }],
  });
  return {
    async ask(path, headers) {
      const shown = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, [{ key, value }]]));
      const passed = await handler(
        event('viewer-request', { method: 'GET', uri: path, querystring: '', headers: shown }),
      );
      if (passed.status !== undefined) return { status: Number(passed.status), head: JSON.stringify(passed) };
      const answer = await handler(event('viewer-response', passed, { status: '200', headers: {} }));
      return { status: 200, head: JSON.stringify([passed.uri, answer]) };
    },
    close: () => from.close(),
  };
}

async function nodeEdge(store: SmallStore): Promise<Edge> {
  const newId = (): string => randomBytes(16).toString('hex');
  const edge = await createNodeEdge({ root: store.root, apps, port: 0, newId, now: Date.now });
  return { ask: (path, headers) => raw(edge.port, path, headers), close: () => edge.close() };
}

async function nginxEdge(store: SmallStore): Promise<Edge> {
  const edge = await runNginx({ files: { kind: 'folder', root: store.root } });
  return { ask: (path, headers) => raw(edge.port, path, headers), close: edge.stop };
}

const edges: readonly (readonly [string, Needed, (store: SmallStore) => Promise<Edge>])[] = [
  ['CloudFront Functions in V8', v8, cloudfront(v8)],
  ['CloudFront Functions in quickjs', quickjs, cloudfront(quickjs)],
  ['CloudFront Functions in njs', njs, cloudfront(njs)],
  ['Lambda@Edge', v8, lambda],
  ['the Node edge', v8, nodeEdge],
  ['nginx', nginx, nginxEdge],
];

for (const [name, needed, start] of edges) {
  describeWith([needed], `strangers at ${name}`, () => {
    let store: SmallStore;
    let edge: Edge;
    beforeAll(async () => {
      store = await smallStore();
      edge = await start(store);
    });
    afterAll(async () => {
      await edge?.close();
      await store?.remove();
    });

    it.each(wrongPaths)('get nothing for %s', async (path) => {
      for (const accept of ['*/*', 'text/html']) {
        const { status, head } = await edge.ask(path, { accept });
        expect([400, 403, 404]).toContain(status);
        expect(head).not.toMatch(/evil|schema/i);
      }
    });

    it.each(nothingThere)('find nothing at %s', async (path) => {
      expect([400, 403, 404]).toContain((await edge.ask(path, { accept: '*/*' })).status);
    });

    it.each(wrongCookies)('are new visitors with the cookie %s', async (cookie) => {
      const { status, head } = await edge.ask('/', { accept: 'text/html', cookie });
      expect(status).toBe(200);
      expect(head).toMatch(/sluice_id/i);
      expect(head).toMatch(/v1\.0\.0/);
      expect(head).not.toMatch(/evil/i);
    });

    it('keep the first of two ids', async () => {
      const { head } = await edge.ask('/', { accept: 'text/html', cookie: 'sluice_id=first; sluice_id=second' });
      expect(head).not.toMatch(/sluice_id/i);
    });

    it('choose nothing by a header of edges', async () => {
      for (const said of [
        'page shell@v9.9.9; reason=bucket',
        'set mfe1@v9.9.9; reason=bucket',
        '/mfe1/v9.9.9/evil.js',
      ]) {
        const headers = { accept: 'text/html', 'x-sluice': said, 'x-sluice-app': 'v9.9.9' };
        expect((await edge.ask('/', headers)).head).not.toMatch(/v9\.9\.9|evil/);
      }
    });
  });
}
