import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A status to answer with, or never an answer, or one that begins and never ends. */
export type Answer = number | 'hang' | 'drip';

interface Receiver {
  readonly origin: string;
  readonly requests: readonly Received[];
  readonly close: () => Promise<void>;
}

/** A server of HTTP that records what it is sent. Redirects lead to `/elsewhere` on itself, which answers 200. */
async function startReceiver(answer: Answer): Promise<Receiver> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      requests.push({ method, path, headers, body: Buffer.concat(parts).toString('utf8') });
      if (answer === 'hang') return;
      const status = path === '/elsewhere' || answer === 'drip' ? 200 : answer;
      response.writeHead(status, status >= 300 && status < 400 ? { Location: '/elsewhere' } : {});
      if (answer === 'drip') response.write('and ');
      else response.end('said the receiver');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Receivers {
  readonly start: (answer: Answer) => Promise<Receiver>;
  readonly clean: () => Promise<void>;
}

/** Receivers that are closed again. */
export function someReceivers(): Receivers {
  const started: Receiver[] = [];
  return {
    start: async (answer) => {
      const receiver = await startReceiver(answer);
      started.push(receiver);
      return receiver;
    },
    clean: async () => {
      for (const receiver of started.splice(0)) await receiver.close();
    },
  };
}
