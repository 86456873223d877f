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
  const parts: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= largestBody) parts.push(chunk);
    else refuse(response, 413, 'The body is too large.');
  });
  request.on('end', () => {
    if (size <= largestBody) passOn(exchange, { origin, body: Buffer.concat(parts), over: agent });
  });
}

/**
 * Sends it, over a connection that was kept if there is one. The controller may close that in the very moment in which
 * it is used: then the request was never read, and is sent once more over a new one. A beacon would be lost otherwise.
 */
function passOn(
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { origin, body, over }: { readonly origin: string; readonly body: Buffer; readonly over: Agent | false },
): void {
  const { request, response } = exchange;
  const target = new URL(request.url ?? '/', 'http://edge');
  const upstream = send(`${origin}${target.pathname}${target.search}`, {
    method: request.method,
    agent: over,
    timeout: 10_000,
    headers: headersOf(request),
  });
  const giveUp = (): void => {
    upstream.destroy();
  };
  response.on('close', giveUp);
  upstream.on('timeout', () => upstream.destroy(new Error('timeout')));
  upstream.on('error', ({ code }: NodeJS.ErrnoException) => {
    response.off('close', giveUp);
    const wasClosed = upstream.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
    if (wasClosed && !response.headersSent && !response.destroyed) passOn(exchange, { origin, body, over: false });
    else refuse(response, 503, 'The controller cannot be reached.');
  });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, {
      'content-type': answer.headers['content-type'] ?? 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    answer.pipe(response);
  });
  upstream.end(body);
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
