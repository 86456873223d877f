import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request. */
export type Fate =
  | 'pass'
  /** It is carried out, and the line is cut before its answer: an SDK calls that a time-out, as it does one that hangs. */
  | { readonly kind: 'answer-lost'; readonly meanwhile?: () => Promise<void> }
  /** Half of the answer arrives, then the line is cut. */
  | { readonly kind: 'answer-cut' }
  /** It is not carried out. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  /** It is not carried out, and this is the answer. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** One bit of what is sent is another one when it arrives. */
  | { readonly kind: 'spoilt' };

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FaultyProxy {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** What becomes of the requests that follow; back to `pass` with `pass`. */
  decide: (request: SeenRequest) => Fate;
  /** Resolves when nothing is on its way to the peer any more, whoever sent it. */
  readonly quiet: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A line to a peer on which things go wrong; what arrives at the peer is as it was sent, its signature too. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const seen: SeenRequest[] = [];
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const about = { method, url, headers };
    seen.push(about);
    const work = carry({ target, request, response, fate: proxy.decide(about) })
      .catch(() => {
        response.destroy();
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    decide: () => 'pass',
    quiet: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return proxy;
}

interface Carried {
  readonly target: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fate: Fate;
}

async function carry({ target, request, response, fate }: Carried): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const kind = fate === 'pass' ? fate : fate.kind;
  if (fate !== 'pass' && fate.kind === 'refused') {
    response.writeHead(fate.status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${fate.code}</Code><Message>as asked</Message></Error>`);
    return;
  }
  if (fate !== 'pass' && fate.kind === 'answered') {
    response.writeHead(fate.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(fate.body);
    return;
  }
  if (kind === 'spoilt' && body.length > 0) body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
  const answer = await forward(target, request, body);
  if (fate !== 'pass' && fate.kind === 'answer-lost') {
    await fate.meanwhile?.();
    response.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  if (kind !== 'answer-cut') response.end(answer.body);
  else response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy());
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passed = send(`${target}${url ?? ''}`, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(chunks) });
      });
      answer.on('error', reject);
    });
    passed.on('error', reject);
    passed.end(body);
  });
}
