import { timingSafeEqual } from 'node:crypto';
import { serve } from '@hono/node-server';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { DeliveryError, maxBeaconBytes } from '@sluice/core';
import { parseEdgeCounts, type EdgeCounts } from '@sluice/schema';
import { expositionType, type IntakeCounts, type MetricsAnswer, type MetricsRequest } from '@sluice/telemetry';
import type { Platform } from './platform.js';
import { readStatus } from './status.js';

export interface ApiOptions {
  readonly platform: Platform;
  readonly handleMetrics: (request: MetricsRequest) => MetricsAnswer | Promise<MetricsAnswer>;
  /** What ingestion took in and refused, by cause. */
  readonly intake?: () => IntakeCounts;
  /** How the edge answered, for alarms; absent where there are none. */
  readonly onRequests?: (counts: readonly EdgeCounts[]) => void;
  readonly onProblem: (problem: { readonly app: null; readonly error: unknown }) => void;
  /** What `GET /metrics` answers. */
  readonly metrics?: () => string;
  /** Readers of `/metrics` on other machines send it as `Authorization: Bearer`; absent: none may read it. */
  readonly metricsToken?: string | undefined;
}

/** The controller's HTTP API: `POST /api/metrics`, `GET /api/status`, `GET /api/telemetry`, `GET /api/health`; and `GET /metrics`. */
export function createApi(options: ApiOptions): Hono {
  const api = new Hono();
  api.get('/api/health', (context) => context.json({ ok: true }));
  api.get('/api/status', async (context) => {
    const apps = await Promise.all(options.platform.apps.map((app) => readStatus(options.platform, app)));
    return context.json({ apps });
  });
  api.get('/api/telemetry', (context) => context.json(options.intake?.() ?? { taken: 0, refused: {} }));
  api.post('/api/metrics', async (context) => {
    const declared = Number(context.req.header('content-length') ?? 'NaN');
    if (!(declared <= maxBeaconBytes)) return answer(context, tooLarge);
    const text = await context.req.text();
    const request = { text, ...whoAsks(context), nowMs: options.platform.now() };
    return answer(context, await options.handleMetrics(request));
  });
  api.post('/api/requests', async (context) => {
    const { socket, forwarded } = senderOf(context);
    if (!isLocal(socket) || forwarded) return context.json({ error: { code: 'usage', message: 'Not for you.' } }, 403);
    const counts = parseEdgeCounts((await context.req.text()).slice(0, maxBeaconBytes));
    if (counts === undefined) return context.json({ error: { code: 'usage', message: 'These are no counts.' } }, 400);
    const known = new Set(options.platform.apps.map(({ place }): string => place.app));
    options.onRequests?.(counts.filter(({ app }) => known.has(app)));
    return context.body(null, 204);
  });
  api.get('/metrics', (context) => {
    if (options.metrics === undefined || !mayRead(context, options.metricsToken)) {
      return context.json({ error: { code: 'usage', message: 'Not for you.' } }, 403);
    }
    return context.body(options.metrics(), 200, { 'Content-Type': expositionType, 'Cache-Control': 'no-store' });
  });
  api.notFound((context) => context.json({ error: { code: 'usage', message: 'No such path.' } }, 404));
  api.onError((error, context) => {
    options.onProblem({ app: null, error });
    return context.json({ error: { code: 'internal', message: 'Something broke; the log says what.' } }, 500);
  });
  return api;
}

const tooLarge: MetricsAnswer = {
  status: 413,
  problems: [`the body must declare its length and be at most ${String(maxBeaconBytes)} bytes`],
};

function answer(context: Context, result: MetricsAnswer): Response {
  if (result.status === 204) return context.body(null, 204);
  return context.json({ problems: result.problems }, result.status);
}

function whoAsks(context: Context): Omit<MetricsRequest, 'text' | 'nowMs'> {
  const { socket } = senderOf(context);
  // Only the edge on this machine may name another client; it sets the header itself and drops what it was sent.
  const forwarded = isLocal(socket) ? context.req.header('x-forwarded-for') : undefined;
  return {
    cookieHeader: context.req.header('cookie'),
    address: forwarded ?? socket ?? 'unknown',
    fetchSite: context.req.header('sec-fetch-site'),
    origin: context.req.header('origin'),
    host: (isLocal(socket) ? context.req.header('x-forwarded-host') : undefined) ?? context.req.header('host'),
  };
}

function senderOf(context: Context): { readonly socket: string | undefined; readonly forwarded: boolean } {
  const incoming: unknown = (context.env as { incoming?: { socket?: { remoteAddress?: string } } }).incoming;
  const socket = (incoming as { socket?: { remoteAddress?: string } } | undefined)?.socket?.remoteAddress;
  return { socket, forwarded: context.req.header('x-forwarded-for') !== undefined };
}

/** This machine, when no edge stands in between; others by the token. */
function mayRead(context: Context, token: string | undefined): boolean {
  const { socket, forwarded } = senderOf(context);
  if (isLocal(socket) && !forwarded) return true;
  if (token === undefined || token === '') return false;
  const wanted = Buffer.from(`Bearer ${token}`);
  const given = Buffer.from(context.req.header('authorization') ?? '');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function isLocal(socket: string | undefined): boolean {
  return socket === '127.0.0.1' || socket === '::1' || socket === '::ffff:127.0.0.1';
}

export interface ListeningApi {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens; port 0 is any free one. Throws `port-in-use`. */
export function listen(api: Hono, address: { readonly host: string; readonly port: number }): Promise<ListeningApi> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: api.fetch, hostname: address.host, port: address.port }, (info) => {
      resolve({
        url: `http://${address.host}:${String(info.port)}`,
        port: info.port,
        close: () =>
          new Promise((closed) => {
            server.close(() => {
              closed();
            });
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? portInUse(address, error) : error);
    });
  });
}

function portInUse(address: { readonly host: string; readonly port: number }, cause: unknown): DeliveryError {
  return new DeliveryError({
    code: 'port-in-use',
    message: `Port ${String(address.port)} on ${address.host} is taken by another program.`,
    remedy: 'Stop that program, or choose another port under `targets` in sluice.config (0 is any free one).',
    cause,
  });
}
