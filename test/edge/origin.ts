import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** An HTTP origin over a store's folder, as an S3-compatible one answers: keys below a path, and nothing else. */
export interface Origin {
  readonly url: string;
  /** Every request that came, in order. */
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** From now on every answer has this status; undefined: as it should. */
  fail(status: number | undefined): void;
  close(): Promise<void>;
}

export async function origin(root: string, base = ''): Promise<Origin> {
  const asked: Origin['asked'] = [];
  let failing: number | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, headers: request.headers });
    if (failing !== undefined) {
      response.writeHead(failing).end('broken');
      return;
    }
    readFile(join(root, decodeURIComponent(path.slice(base.length)))).then(
      (bytes) => {
        const type = path.endsWith('.html')
          ? 'text/html'
          : path.endsWith('.json')
            ? 'application/json'
            : 'text/javascript';
        // What an origin says of caches and cookies is not obeyed.
        response.writeHead(200, {
          'content-type': type,
          'cache-control': 'no-store',
          'set-cookie': 'origin=1',
          etag: '"same"',
        });
        response.end(request.method === 'HEAD' ? undefined : bytes);
      },
      () => response.writeHead(403).end('AccessDenied'),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}${base}`,
    asked,
    fail(status) {
      failing = status;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
