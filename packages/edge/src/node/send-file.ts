import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseEncoding, matches, rangeOf } from './negotiate.js';
import type { Encoding, ServedFile, Versions } from './versions.js';

/** Headers as node:http takes them fastest: name, value, name, value. */
type HeaderList = readonly string[];

export interface Sending {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly versions: Versions;
  readonly file: ServedFile;
  readonly cacheControl: string;
  /** Further headers; `Vary` beyond the encoding goes here as well. */
  readonly extra: HeaderList;
}

const heads = new WeakMap<ServedFile, Map<string, { headers: HeaderList; etag: string }>>();

/** Sends one file of a version: encoding, 304, HEAD, one range. */
export async function sendFile(sending: Sending): Promise<void> {
  const { request, response, file } = sending;
  const range = rangeOf(request.headers.range, file.size);
  const wantsRange = range !== undefined && rangeStillValid(request, file);
  const encoding = wantsRange
    ? 'identity'
    : chooseEncoding(request.headers['accept-encoding'] as string | undefined, file.encodings);
  const head = headOf(sending, encoding);
  if (matches(request.headers['if-none-match'], head.etag)) {
    response.writeHead(304, [...head.headers, ...sending.extra]);
    response.end();
    return;
  }
  if (wantsRange) return sendRange(sending, range);
  const bytes = await sending.versions.bytes(file, encoding);
  if (bytes === undefined) {
    response.writeHead(200, [...head.headers, ...sending.extra, 'Content-Length', String(file.size)]);
    if (request.method === 'HEAD') response.end();
    else
      sending.versions
        .stream(file)
        .on('error', () => response.destroy())
        .pipe(response);
    return;
  }
  response.writeHead(200, [...head.headers, ...sending.extra, 'Content-Length', String(bytes.length)]);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function headOf(sending: Sending, encoding: Encoding): { headers: HeaderList; etag: string } {
  const { file, cacheControl } = sending;
  const known = heads.get(file) ?? new Map<string, { headers: HeaderList; etag: string }>();
  heads.set(file, known);
  const key = `${encoding} ${cacheControl}`;
  const head = known.get(key) ?? makeHead(file, encoding, cacheControl);
  known.set(key, head);
  return head;
}

function makeHead(file: ServedFile, encoding: Encoding, cacheControl: string): { headers: HeaderList; etag: string } {
  // A representation of its own has a tag of its own (RFC 9110, 8.8.3).
  const etag = `"${file.sha256.slice(0, 32)}${encoding === 'identity' ? '' : `-${encoding}`}"`;
  const headers = ['Content-Type', file.type, 'Cache-Control', cacheControl, 'ETag', etag];
  headers.push('X-Content-Type-Options', 'nosniff', 'Accept-Ranges', 'bytes');
  if (file.encodings.length > 1) headers.push('Vary', 'Accept-Encoding');
  if (encoding !== 'identity') headers.push('Content-Encoding', encoding);
  return { headers, etag };
}

function rangeStillValid(request: IncomingMessage, file: ServedFile): boolean {
  const condition = request.headers['if-range'];
  return condition === undefined || condition === `"${file.sha256.slice(0, 32)}"`;
}

function sendRange(sending: Sending, range: { start: number; end: number } | 'unsatisfiable'): void {
  const { request, response, file } = sending;
  if (range === 'unsatisfiable') {
    response.writeHead(416, ['Content-Range', `bytes */${String(file.size)}`, 'Content-Length', '0']);
    response.end();
    return;
  }
  response.writeHead(206, [
    ...headOf(sending, 'identity').headers,
    ...sending.extra,
    'Content-Range',
    `bytes ${String(range.start)}-${String(range.end)}/${String(file.size)}`,
    'Content-Length',
    String(range.end - range.start + 1),
  ]);
  if (request.method === 'HEAD') response.end();
  else
    sending.versions
      .stream(file, range)
      .on('error', () => response.destroy())
      .pipe(response);
}
