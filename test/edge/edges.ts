import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { edgeEntryOf, edgeKeysOf, parseAppId, placeOf, pointerKey, readPointer, type VisitorRules } from '@sluice/core';
import { buildEdge } from '@sluice/edge/build';
import { createNodeEdge } from '@sluice/edge/node';
import { createFileSigner, openKeys } from '@sluice/local';
import { nginx, type Needed } from '@sluice/peers';
import { njs, quickjs, v8 } from '../../scripts/conformance/bundle-engines.js';
import { answered, asked, handle, request, valuesOf, type Request, type Response } from './cloudfront.js';
import { origin } from './origin.js';
import { runNginx, type NginxWish } from './run-nginx.js';
import type { SmallStore } from './small-store.js';

export interface Said {
  readonly status: number;
  /** All headers and, where it is rewritten, the path that is asked for, as text. */
  readonly head: string;
  /** By the name in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface Edge {
  /** Path and query are sent as they are. */
  ask(path: string, headers: Readonly<Record<string, string>>): Promise<Said>;
  close(): Promise<void>;
}

export interface EdgeKind {
  readonly name: string;
  readonly needed: Needed;
  /** Which links it opens. */
  readonly opens: 'all' | 'of remotes';
  /** Signs and verifies by the keys of the file. CloudFront's functions go on with the pointers that there are. */
  readonly start: (store: SmallStore, keys: string, visitors?: VisitorRules) => Promise<Edge>;
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
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const got = head.split('\r\n').slice(1);
  const pairs = got.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: */, '')] as const);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), head, headers: pairs, body: rest.join('\r\n\r\n') };
}

/** A canary that only an audience gets. */
export const forStaff = { canaryVersion: 'v1.1.0', audience: 'staff' };

/** What the key-value store has of a store's pointers. */
async function entriesOf({ root }: SmallStore): Promise<Readonly<Record<string, string>>> {
  const entries = apps.map(async ({ place }) => {
    const read = readPointer(JSON.parse(await readFile(join(root, pointerKey(place)), 'utf8')));
    if (read === undefined) throw new Error('the test is wrong');
    return [place.app, edgeEntryOf(read.pointer)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const cloudfront =
  (engine: typeof v8) =>
  async (store: SmallStore, keys: string, visitors?: VisitorRules): Promise<Edge> => {
    const sluice = edgeKeysOf(await openKeys({ path: keys, now: Date.now }));
    const entries = { ...(await entriesOf(store)), sluice };
    const said = (of: Response, uri: string): Said => ({
      status: of.statusCode,
      head: JSON.stringify([uri, of]),
      headers: Object.entries(of.headers ?? {}).map(([name, { value }]) => [name, value]),
      body: of.body ?? '',
    });
    return {
      async ask(target, { cookie = '', ...headers }) {
        const [path = '', query = ''] = target.split(/\?(.*)/s);
        const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
        const of = request(path, { headers: shown, cookies: valuesOf(cookie, ';'), querystring: valuesOf(query, '&') });
        const [passed] = await handle(engine, entries, [asked(of)], visitors);
        const result = passed?.result as Request | Response;
        if ('statusCode' in result) return said(result, '');
        const [answer] = await handle(engine, entries, [answered(result)], visitors);
        return said(answer?.result as Response, result.uri);
      },
      close: () => Promise.resolve(),
    };
  };

type LambdaHeaders = Record<string, { key: string; value: string }[]>;
type LambdaResult = { uri: string; status?: string; headers: LambdaHeaders; body?: string };

async function lambda(store: SmallStore, keys: string, visitors?: VisitorRules): Promise<Edge> {
  const from = await origin(store.root);
  const signingKeys = await openKeys({ path: keys, now: Date.now });
  const files = await buildEdge({ target: 'lambda', apps, secure: true, pointers: from.url, signingKeys, visitors });
  const built = files.find(({ path }) => path === 'index.js');
  const file = join(store.root, '..', `lambda-${randomBytes(4).toString('hex')}.cjs`);
  await writeFile(file, built?.text ?? '');
  const { handler } = createRequire(import.meta.url)(file) as { handler: (event: object) => Promise<LambdaResult> };
  const event = (eventType: string, of: object, response?: object): object => ({
    Records: [{ cf: { config: { eventType, requestId: 'abcdefghijklmnop' }, request: of, response } }],
  });
  const said = (of: LambdaResult, uri: string, body: string): Said => ({
    status: Number(of.status),
    head: JSON.stringify([uri, of]),
    headers: Object.entries(of.headers).flatMap(([name, values]) => values.map(({ value }) => [name, value] as const)),
    body,
  });
  return {
    async ask(path, headers) {
      const [uri = '', querystring = ''] = path.split(/\?(.*)/s);
      const shown = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, [{ key, value }]]));
      const passed = await handler(event('viewer-request', { method: 'GET', uri, querystring, headers: shown }));
      if (passed.status !== undefined) return said(passed, '', passed.body ?? '');
      const got = await fetch(`${from.url}${passed.uri}`);
      const response = { status: String(got.status), headers: {} };
      return said(await handler(event('viewer-response', passed, response)), passed.uri, await got.text());
    },
    close: () => from.close(),
  };
}

async function nodeEdge(store: SmallStore, keys: string, visitors?: VisitorRules): Promise<Edge> {
  const newId = (): string => randomBytes(16).toString('hex');
  const signer = await createFileSigner({ path: keys, now: Date.now });
  const edge = await createNodeEdge({ root: store.root, apps, port: 0, newId, now: Date.now, signer, visitors });
  return { ask: (path, headers) => raw(edge.port, path, headers), close: () => edge.close() };
}

/** As `sluice edge build --target node` writes it, in a process of its own. */
async function oneFile(store: SmallStore, keys: string, visitors?: VisitorRules): Promise<Edge> {
  const place = { root: store.root, host: '127.0.0.1', port: 0 };
  const [built] = await buildEdge({ target: 'node', apps, secure: false, ...place, keys, visitors });
  const file = join(store.root, '..', `edge-${randomBytes(4).toString('hex')}.mjs`);
  await writeFile(file, built?.text ?? '');
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(/:(\d+)\n$/.exec(line.toString())?.[1]);
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { ask: (path, headers) => raw(port, path, headers), close };
}

async function nginxWith(wish: Pick<NginxWish, 'files' | 'keys' | 'visitors'>): Promise<Edge> {
  const edge = await runNginx({ ...wish, pointersFor: '1s' });
  return { ask: (path, headers) => raw(edge.port, path, headers), close: edge.stop };
}

async function nginxOverOrigin(store: SmallStore, keys: string, visitors?: VisitorRules): Promise<Edge> {
  const from = await origin(store.root, '/bucket');
  const edge = await nginxWith({ files: { kind: 'origin', url: from.url }, keys, visitors });
  const close = async (): Promise<void> => {
    await edge.close();
    await from.close();
  };
  return { ...edge, close };
}

/** Every edge that Sluice makes, over a store. */
export const edges: readonly EdgeKind[] = [
  { name: 'CloudFront Functions in V8', needed: v8, opens: 'of remotes', start: cloudfront(v8) },
  { name: 'CloudFront Functions in quickjs', needed: quickjs, opens: 'of remotes', start: cloudfront(quickjs) },
  { name: 'CloudFront Functions in njs', needed: njs, opens: 'of remotes', start: cloudfront(njs) },
  { name: 'Lambda@Edge', needed: v8, opens: 'all', start: lambda },
  { name: 'the Node edge', needed: v8, opens: 'all', start: nodeEdge },
  { name: 'the Node edge in one file', needed: v8, opens: 'all', start: oneFile },
  {
    name: 'nginx over a folder',
    needed: nginx,
    opens: 'all',
    start: (store, keys, visitors) => nginxWith({ files: { kind: 'folder', root: store.root }, keys, visitors }),
  },
  { name: 'nginx over an origin', needed: nginx, opens: 'all', start: nginxOverOrigin },
];
