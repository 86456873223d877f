import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Service workers as people write them. */
export const workers = {
  /** Whatever was asked for once is answered from the cache for ever: pages, the index and all. */
  'cache-first': `
    addEventListener('fetch', (event) => {
      if (event.request.method !== 'GET') return;
      event.respondWith(
        caches.match(event.request).then(async (cached) => {
          if (cached) return cached;
          const response = await fetch(event.request);
          if (response.ok) await (await caches.open('all')).put(event.request, response.clone());
          return response;
        }),
      );
    });`,
  /** Every navigation is answered with one page that was cached when the worker was installed. */
  'app shell': `
    addEventListener('install', (event) => {
      event.waitUntil(caches.open('shell').then((cache) => cache.addAll([new Request('/', { headers: { accept: 'text/html' } })])));
    });
    addEventListener('fetch', (event) => {
      if (event.request.mode === 'navigate') event.respondWith(caches.match('/'));
    });`,
  /** What is cached is shown, and fetched anew for the next time. */
  'stale-while-revalidate': `
    addEventListener('fetch', (event) => {
      if (event.request.method !== 'GET') return;
      event.respondWith(
        caches.open('all').then(async (cache) => {
          const cached = await cache.match(event.request);
          const fresh = fetch(event.request).then(async (response) => {
            if (response.ok) await cache.put(event.request, response.clone());
            return response;
          });
          return cached ?? fresh;
        }),
      );
    });`,
  /** What is cached is for those who are offline. */
  'network-first': `
    addEventListener('fetch', (event) => {
      if (event.request.method !== 'GET') return;
      event.respondWith(
        caches.open('all').then((cache) =>
          fetch(event.request)
            .then(async (response) => {
              if (response.ok) await cache.put(event.request, response.clone());
              return response;
            })
            .catch(() => cache.match(event.request)),
        ),
      );
    });`,
} as const;

const alwaysThere = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));`;

/** The site as a browser sees it: the edge, and beside it a worker at the root, as a CDN would serve it. */
export async function siteWith(
  edge: string,
  workerOf: () => keyof typeof workers,
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    if (request.url === '/sw.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(workers[workerOf()] + alwaysThere);
      return;
    }
    const passed = send(edge + (request.url ?? '/'), { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
