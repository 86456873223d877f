import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppId, Decision, Pointer, VersionId } from '@sluice/core';
import { cookie, decide, isBot, overrideOf, parseVersionId } from '@sluice/core';
import { routeRequest } from '../route.js';
import { stickyName, stickySeconds, stickyVersion } from '../sticky.js';
import { forward } from './forward.js';
import { matches } from './negotiate.js';
import type { EdgeApp, NodeEdgeOptions } from './node-edge.js';
import type { Pointers } from './pointers.js';
import type { RequestCounts } from './request-counts.js';
import { sendFile } from './send-file.js';
import type { Versions } from './versions.js';

export interface Context {
  readonly options: NodeEdgeOptions;
  readonly pointers: Pointers;
  readonly versions: Versions;
  readonly apps: ReadonlyMap<AppId, EdgeApp>;
  readonly names: ReadonlySet<string>;
  readonly etag: (bytes: Uint8Array) => string;
  readonly counts: RequestCounts;
}

const immutable = 'public, max-age=31536000, immutable';
const shortLived = 'public, max-age=0, s-maxage=5, must-revalidate';
const oneYearS = 31_536_000;

/** Answers one request. */
export async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.url ?? '/';
  if (target.length > 4096) return text(response, 414, 'The address is too long.');
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const visit: Visit = { context, request, response, query: at < 0 ? '' : target.slice(at + 1) };
  const route = routeRequest({
    path,
    accept: request.headers.accept,
    apps: context.names,
    shellFor: (asked) => shellFor(context, asked),
  });
  if ('app' in route || route.kind === 'document') {
    const app = route.kind === 'document' ? route.shell : route.app;
    response.once('finish', () => context.counts.count(app, response.statusCode));
  }
  if (route.kind === 'api') {
    // Counts of answers come from the edge itself, never through it.
    if (path === '/api/requests') return text(response, 404, 'There is nothing here.');
    forward({ request, response }, context.options.apiOrigin);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return text(response, 405, 'Only GET and HEAD are answered here.');
  }
  switch (route.kind) {
    case 'document':
      return sendDocument(visit, route.shell);
    case 'versioned':
      return sendVersioned(visit, {
        app: route.app,
        version: route.version,
        file: route.file,
        cacheControl: immutable,
        extra: [],
      });
    case 'unversioned':
      return sendUnversioned(visit, route.app, route.file);
    case 'pointer':
      return sendJson(visit, context.pointers.raw(route.app));
    case 'index':
      return sendJson(visit, context.pointers.index().body);
    case 'not-found':
      return text(response, 404, 'There is nothing here.');
    case 'bad-path':
      return text(response, 400, 'That is not a path of this platform.');
  }
}

interface Visit {
  readonly context: Context;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: string;
}

function shellFor(context: Context, path: string): AppId | undefined {
  let best: EdgeApp | undefined;
  for (const app of context.apps.values()) {
    if (app.kind !== 'shell') continue;
    const { mount } = app;
    if (mount === undefined ? best === undefined : path === mount || path.startsWith(`${mount}/`)) {
      if (best === undefined || (mount?.length ?? 0) > (best.mount?.length ?? 0)) best = app;
    }
  }
  return best?.place.app;
}

function decisionFor(visit: Visit, app: AppId, pointer: Pointer, subject: string | undefined): Decision {
  const { headers } = visit.request;
  const { regionHeader } = visit.context.options;
  const region = regionHeader === undefined ? undefined : headers[regionHeader.toLowerCase()];
  const header = headers['x-sluice-canary'];
  return decide({
    app,
    pointer,
    subject,
    bot: isBot(headers['user-agent']),
    override: overrideOf(app, {
      query: (name) => new URLSearchParams(visit.query).get(name),
      cookies: headers.cookie,
      header: typeof header === 'string' ? header : undefined,
    }),
    region: typeof region === 'string' ? region : undefined,
  });
}

function subjectOf(visit: Visit): string | undefined {
  const value = cookie(visit.request.headers.cookie, 'sluice_id');
  return value !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined;
}

async function sendDocument(visit: Visit, app: AppId): Promise<void> {
  const { context, response } = visit;
  const pointer = context.pointers.get(app);
  if (pointer === undefined)
    return text(response, 503, `Nothing of "${app}" is deployed yet. Publish and start it first.`);
  const known = subjectOf(visit);
  const subject = known ?? context.options.newId();
  const decision = decisionFor(visit, app, pointer, subject);
  const extra = ['X-Sluice', `${app}@${decision.version}; reason=${decision.reason}`];
  if (known === undefined) {
    const secure = context.options.secureCookies === 'always' ? '; Secure' : '';
    extra.push('Set-Cookie', `sluice_id=${subject}; Path=/; Max-Age=${String(oneYearS)}; SameSite=Lax${secure}`);
  }
  return sendVersioned(visit, {
    app,
    version: decision.version,
    file: 'index.html',
    cacheControl: 'private, no-cache',
    extra,
  });
}

async function sendUnversioned(visit: Visit, app: AppId, file: string): Promise<void> {
  const { context, request, response } = visit;
  const pointer = context.pointers.get(app);
  if (pointer === undefined) return text(response, 404, `Nothing of "${app}" is deployed yet.`);
  const decision = decisionFor(visit, app, pointer, subjectOf(visit));
  const sticky = stickyVersion({ decision, pointer, cookie: cookie(request.headers.cookie, stickyName(app)) });
  const version = parseVersionId(sticky.version);
  if (version === undefined) return text(response, 404, 'There is nothing here.');
  const extra = ['X-Sluice', `${app}@${version}; reason=${decision.reason}`];
  if (sticky.set) {
    extra.push('Set-Cookie', `${stickyName(app)}=${version}; Path=/; Max-Age=${String(stickySeconds)}; SameSite=Lax`);
  }
  return sendVersioned(visit, { app, version, file, cacheControl: 'no-cache', extra });
}

interface Wanted {
  readonly app: AppId;
  readonly version: VersionId;
  readonly file: string;
  readonly cacheControl: string;
  readonly extra: readonly string[];
}

async function sendVersioned(visit: Visit, wanted: Wanted): Promise<void> {
  const { context, request, response } = visit;
  const app = context.apps.get(wanted.app);
  const file = app && (await context.versions.find(app.place, wanted.version, wanted.file));
  if (file === undefined) return text(response, 404, `"${wanted.app}" ${wanted.version} has no such file.`);
  const { versions } = context;
  return sendFile({ request, response, versions, file, cacheControl: wanted.cacheControl, extra: wanted.extra });
}

function sendJson(visit: Visit, body: Buffer | undefined): void {
  const { context, request, response } = visit;
  if (body === undefined) return text(response, 404, 'Nothing is deployed yet.');
  const etag = context.etag(body);
  const headers = { 'Cache-Control': shortLived, ETag: etag, 'X-Content-Type-Options': 'nosniff' };
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  const length = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': String(body.length) };
  response.writeHead(200, { ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function text(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${message}\n`);
}
