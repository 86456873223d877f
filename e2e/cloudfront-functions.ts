import { readFile } from 'node:fs/promises';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { edgeEntryOf, edgeKeysOf, edgeKeysPlace, readPointer, type SigningKey, type VisitorRules } from '@sluice/core';
import { buildEdge, type EdgeBuild } from '@sluice/edge/build';

interface Wish {
  readonly apps: EdgeBuild['apps'];
  /** The store's folder, in the place of the bucket. */
  readonly root: string;
  /** Origin of what `/api/` is passed on to. */
  readonly api: string;
  /** What the key-value store has under `sluice`. */
  readonly keys: readonly SigningKey[];
  readonly visitors?: VisitorRules;
}

type Values = Record<string, { value: string; multiValue?: { value: string }[] }>;
type Handler<Result> = (event: object) => Promise<Result>;
interface Asked {
  readonly uri: string;
  readonly statusCode?: number;
}
interface Answer {
  readonly statusCode: number;
  readonly headers: Values;
  readonly cookies?: Record<string, { readonly value: string; readonly attributes: string }>;
  readonly body?: string;
}

/**
 * A stand-in of our own for CloudFront, for browsers: both functions as they are deployed, run by V8, before a folder.
 * What CloudFront does around them is as its documentation has it, and proves nothing of CloudFront.
 */
export async function startFunctions(wish: Wish): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { apps, visitors } = wish;
  const [forRequest, forResponse] = await buildEdge({ target: 'cloudfront', apps, secure: false, visitors });
  const kvs = { get: (key: string) => entryOf(wish, key) };
  const viewerRequest = handlerOf<Asked>(forRequest?.text, kvs);
  const viewerResponse = handlerOf<Answer>(forResponse?.text, kvs);
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(502).end(String(error));
    });
  });
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (incoming.url?.startsWith('/api/') === true) {
      passOn(wish.api, incoming, outgoing);
      return;
    }
    const context = { requestId: `${String(Date.now())}abcdef` };
    const asked = await viewerRequest({ context, request: requestOf(incoming) });
    const found = asked.statusCode === undefined ? await readFile(join(wish.root, asked.uri)).catch(() => null) : null;
    // viewer-response is not asked about errors.
    if (found === null) return void outgoing.writeHead(asked.statusCode ?? 404).end();
    const headers = { 'content-type': { value: types[extname(asked.uri)] ?? 'application/octet-stream' } };
    send(outgoing, found, await viewerResponse({ context, request: asked, response: { statusCode: 200, headers } }));
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.closeAllConnections();
      server.close(() => {
        done();
      });
    });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, close };
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

function handlerOf<Result>(text = '', kvs: object): Handler<Result> {
  const given = { cf: { kvs: () => kvs }, require: createRequire(import.meta.url) };
  return runInNewContext(`${text.replace(/^import .*$/m, '')}\nhandler`, given) as Handler<Result>;
}

async function entryOf({ root, keys }: Wish, key: string): Promise<string> {
  if (key === edgeKeysPlace) return edgeKeysOf(keys);
  const read = readPointer(JSON.parse(await readFile(join(root, key, 'active-version.json'), 'utf8')));
  if (read === undefined) throw new Error('no such key');
  return edgeEntryOf(read.pointer);
}

function requestOf(incoming: IncomingMessage): object {
  const [uri = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const { cookie = '', ...headers } = incoming.headers;
  const shown = Object.entries(headers).map(([name, value]) => [name, { value: String(value) }] as const);
  return {
    method: incoming.method,
    uri,
    headers: Object.fromEntries(shown),
    cookies: valuesOf(cookie.split('; ')),
    querystring: valuesOf(query.split('&')),
  };
}

function valuesOf(pairs: readonly string[]): Values {
  const values: Values = {};
  for (const pair of pairs.filter((text) => text !== '')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const before = values[name];
    if (before === undefined) values[name] = { value };
    else before.multiValue = [...(before.multiValue ?? [{ value: before.value }]), { value }];
  }
  return values;
}

function send(outgoing: ServerResponse, found: Buffer, { statusCode, headers, cookies = {}, body }: Answer): void {
  for (const [name, { value }] of Object.entries(headers)) outgoing.setHeader(name, value);
  outgoing.setHeader(
    'set-cookie',
    Object.entries(cookies).map(([name, { value, attributes }]) => `${name}=${value}; ${attributes}`),
  );
  outgoing.writeHead(statusCode).end(body ?? found);
}

function passOn(api: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers, url } = incoming;
  const onward = ask(`${api}${url ?? ''}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
