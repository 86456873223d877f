import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { chooseEncoding, matches } from './negotiate.js';
import type { Encoding } from './versions.js';

export interface JsonToSend {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The same object as long as the content is the same: what is made of it is kept with it. */
  readonly body: Buffer;
  readonly cacheControl: string;
  readonly etagOf: (bytes: Uint8Array) => string;
}

interface Encoded {
  readonly bytes: Buffer;
  readonly etag: string;
}

const encodings: readonly Encoding[] = ['identity', 'br', 'gzip'];
/** Below it everything fits into the first packet. */
const smallest = 1024;
const made = new WeakMap<Buffer, Map<Encoding, Encoded>>();

/** Sends the index or a pointer: compressed, because with a hundred apps the index is what a page waits for. */
export function sendJson(sending: JsonToSend): void {
  const { request, response, body } = sending;
  const accepted = request.headers['accept-encoding'] as string | undefined;
  const encoding = body.length < smallest ? 'identity' : chooseEncoding(accepted, encodings);
  const { bytes, etag } = encodedAs(encoding, sending);
  const headers = {
    'Cache-Control': sending.cacheControl,
    ETag: etag,
    'X-Content-Type-Options': 'nosniff',
    ...(body.length < smallest ? {} : { Vary: 'Accept-Encoding' }),
  };
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(bytes.length),
    ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function encodedAs(encoding: Encoding, { body, etagOf }: JsonToSend): Encoded {
  const known = made.get(body) ?? new Map<Encoding, Encoded>();
  made.set(body, known);
  const encoded = known.get(encoding) ?? encode(encoding, body, etagOf(body));
  known.set(encoding, encoded);
  return encoded;
}

function encode(encoding: Encoding, body: Buffer, etag: string): Encoded {
  if (encoding === 'identity') return { bytes: body, etag };
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  const bytes = encoding === 'br' ? brotliCompressSync(body, { params }) : gzipSync(body);
  // A representation of its own has a tag of its own (RFC 9110, 8.8.3).
  return { bytes, etag: `${etag.slice(0, -1)}-${encoding}"` };
}
