import { Agent, request as send, type IncomingMessage, type ServerResponse } from 'node:http';

/** Largest body that is passed on, in bytes. */
const largestBody = 65_536;
/** What the controller needs to know; everything else stays here. */
const passed = [
  'cookie',
  'content-type',
  'user-agent',
  'sec-fetch-site',
  'sec-fetch-mode',
  'origin',
  'accept',
] as const;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Passes a request on to the controller. While it is down the answer is 503 at once, and the edge goes on serving. */
export function forward(
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  origin: string | undefined,
): void {
  const { request, response } = exchange;
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > largestBody) return refuse(response, 413, 'The body is too large.');
  if (origin === undefined) return refuse(response, 503, 'There is no controller.');
  const target = new URL(request.url ?? '/', 'http://edge');
  const upstream = send(`${origin}${target.pathname}${target.search}`, {
    method: request.method,
    agent,
    timeout: 10_000,
    headers: headersOf(request),
  });
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= largestBody) return;
    upstream.destroy();
    refuse(response, 413, 'The body is too large.');
  });
  request.pipe(upstream);
  response.on('close', () => upstream.destroy());
  upstream.on('timeout', () => upstream.destroy(new Error('timeout')));
  upstream.on('error', () => {
    refuse(response, 503, 'The controller cannot be reached.');
  });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, {
      'content-type': answer.headers['content-type'] ?? 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    answer.pipe(response);
  });
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {
    'x-forwarded-for': request.socket.remoteAddress ?? 'unknown',
    'x-forwarded-host': request.headers.host ?? 'unknown',
  };
  for (const name of passed) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const length = request.headers['content-length'];
  if (length !== undefined) headers['content-length'] = length;
  return headers;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent || response.destroyed) return;
  const retry = status === 503 ? { 'retry-after': '2' } : {};
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...retry });
  response.end(`${why}\n`);
}
