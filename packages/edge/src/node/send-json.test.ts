import { createHash } from 'node:crypto';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendJson } from './send-json.js';

const small = Buffer.from('{"version":"v1.0.0"}');
const large = Buffer.from(JSON.stringify(Array.from({ length: 100 }, (_, i) => ({ app: `mfe${String(i)}` }))));
const etagOf = (bytes: Uint8Array): string => `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;

const server = createServer((asked, response) => {
  sendJson({
    request: asked,
    response,
    body: asked.url === '/small' ? small : large,
    cacheControl: 'no-cache',
    etagOf,
  });
});
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => {
  server.close();
});

interface Got {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) });
      });
    })
      .once('error', reject)
      .end();
  });
}

describe('the index of many apps', () => {
  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('comes compressed to whoever takes %s, with a tag of its own', async (encoding, decompress) => {
    const plain = await get('/index');
    const got = await get('/index', { 'accept-encoding': encoding });
    expect(got.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
    expect(decompress(got.body)).toEqual(large);
    expect(got.headers.etag).not.toBe(plain.headers.etag);
    const again = await get('/index', { 'accept-encoding': encoding, 'if-none-match': got.headers.etag ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('comes as it is to whoever takes nothing else', async () => {
    const { headers, body } = await get('/index');
    expect(headers['content-encoding']).toBeUndefined();
    expect(body).toEqual(large);
  });
});

it('what fits into one packet is never compressed', async () => {
  const { headers, body } = await get('/small', { 'accept-encoding': 'br, gzip' });
  expect(headers['content-encoding']).toBeUndefined();
  expect(body).toEqual(small);
});
