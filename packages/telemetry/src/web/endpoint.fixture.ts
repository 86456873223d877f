import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface AskedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Endpoint {
  readonly origin: string;
  readonly requests: readonly AskedRequest[];
  readonly close: () => Promise<void>;
}

export type Reply = (response: ServerResponse, request: AskedRequest) => void;

/** Endpoints on free ports that answer as told, and are closed again. */
export function someEndpoints(): {
  readonly start: (reply: Reply) => Promise<Endpoint>;
  readonly clean: () => Promise<void>;
} {
  const started: Endpoint[] = [];
  return {
    start: async (reply) => {
      const endpoint = await startEndpoint(reply);
      started.push(endpoint);
      return endpoint;
    },
    clean: async () => {
      for (const { close } of started.splice(0)) await close();
    },
  };
}

async function startEndpoint(reply: Reply): Promise<Endpoint> {
  const requests: AskedRequest[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      const asked = { method, path, headers, body: Buffer.concat(parts).toString('utf8') };
      requests.push(asked);
      reply(response, asked);
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
