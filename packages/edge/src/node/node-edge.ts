import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AppId, AppPlace, Pointer, Signer, VisitorRules } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import { answer } from './answer.js';
import { watchPointers } from './pointers.js';
import { createRequestCounts } from './request-counts.js';
import { tellCounts } from './tell-counts.js';
import type { Places } from '../route.js';
import { inOrder } from '../shell-for.js';
import { createVersions } from './versions.js';

export interface EdgeApp {
  readonly place: AppPlace;
  readonly kind: 'shell' | 'remote';
  /** Where a further shell answers documents, like `/admin`; the first shell without one answers all others. */
  readonly mount?: string | undefined;
}

export interface NodeEdgeOptions {
  /** The store's folder. */
  readonly root: string;
  readonly apps: readonly EdgeApp[];
  /** The controller, to which `/api/` is passed on. */
  readonly apiOrigin?: string | undefined;
  readonly host?: string | undefined;
  /** 0: any free one. */
  readonly port: number;
  /** 128 random bits as 32 hex digits. */
  readonly newId: () => string;
  readonly now: () => number;
  /** Header in which a trusted proxy names the visitor's region. */
  readonly regionHeader?: string | undefined;
  /** `always` behind TLS. Default `never`: plain HTTP on one machine. */
  readonly secureCookies?: 'always' | 'never' | undefined;
  /** What visitors may be known by. Absent: an id of each. */
  readonly visitors?: VisitorRules | undefined;
  /** Signs visitors and verifies links. Absent: visitors are not signed, and no link grants anything. */
  readonly signer?: Signer | undefined;
  readonly onProblem?: ((problem: string) => void) | undefined;
  /** Most bytes of files that are kept in memory. */
  readonly cacheBytes?: number | undefined;
  /** How often the controller is told how requests were answered. Default 10,000. */
  readonly tellEveryMs?: number | undefined;
}

export interface NodeEdge {
  readonly url: string;
  readonly port: number;
  pointer(app: AppId): Pointer | undefined;
  close(): Promise<void>;
}

/**
 * Serves documents, versions, index and pointers of a store's folder on node:http. Throws `port-in-use`, and
 * `store-not-found` where the folder is not there.
 */
export async function createNodeEdge(options: NodeEdgeOptions): Promise<NodeEdge> {
  const root = await rootOf(options.root);
  const onProblem = options.onProblem ?? (() => undefined);
  const etag = (bytes: Uint8Array): string => `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
  const appPlaces = options.apps.map((app) => app.place);
  const pointers = await watchPointers({ root, places: appPlaces, now: options.now, etag, onProblem });
  const versions = createVersions({ root, maxBytes: options.cacheBytes ?? 256 * 1024 * 1024 });
  const apps = new Map(options.apps.map((app) => [app.place.app, app]));
  const places = placesOf(options.apps);
  const counts = createRequestCounts();
  const context = { options, pointers, versions, apps, places, etag, counts };
  const telling = tellCounts({ counts, origin: options.apiOrigin, everyMs: options.tellEveryMs ?? 10_000 });
  const server = createServer({ maxHeaderSize: 32 * 1024, requestTimeout: 30_000 }, (request, response) => {
    answer(context, request, response).catch((error: unknown) => {
      onProblem(`${request.url ?? ''}: ${String(error)}`);
      fail(response);
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  const host = options.host ?? '127.0.0.1';
  try {
    await listening(server, host, options.port);
  } catch (error) {
    pointers.close();
    telling.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${host}:${String(port)}`,
    port,
    pointer: (app) => pointers.get(app),
    close: () =>
      new Promise((closed) => {
        pointers.close();
        telling.close();
        server.close(() => {
          closed();
        });
        server.closeAllConnections();
      }),
  };
}

/** Which apps and shells there are, as routes are found by. */
export function placesOf(apps: readonly EdgeApp[]): Places {
  return {
    apps: Object.fromEntries(apps.map(({ place }) => [place.app, place.prefix])),
    shells: inOrder(apps.flatMap(({ kind, place, mount }) => (kind === 'shell' ? [{ app: place.app, mount }] : []))),
  };
}

async function rootOf(root: string): Promise<string> {
  try {
    return await realpath(resolve(root));
  } catch (cause) {
    throw new DeliveryError({
      code: 'store-not-found',
      message: `The folder "${resolve(root)}" is not there.`,
      remedy: 'Make a store with `sluice init`.',
      cause,
    });
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      failed(
        cause.code === 'EADDRINUSE' || cause.code === 'EACCES'
          ? new DeliveryError({
              code: 'port-in-use',
              message: `Port ${String(port)} on ${host} cannot be had (${cause.code}): another program listens there, or it is not allowed.`,
              remedy: 'Stop that program, or choose another `port` of the edge in sluice.config (0 is any free one).',
              cause,
            })
          : cause,
      );
    });
    server.listen(port, host, done);
  });
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else {
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end('Something broke at the edge.\n');
  }
}
