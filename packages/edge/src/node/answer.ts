import { access } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AppId, VersionId } from '@sluice/core';
import { cookie, isPreview, previewOf, versionManifestKey } from '@sluice/core';
import { decideVisit, type Decided, type Visiting } from '../decide-visit.js';
import { routeRequest, type Places } from '../route.js';
import { openGrantLink } from '../trust/grant-link.js';
import {
  claimsOf,
  cookieOf,
  previewed,
  signatureFor,
  stillThere,
  verifiedFor,
  visitorOf,
  type Trust,
  type Visitor,
} from '../trust/visitor.js';
import type { Visit, VisitRules } from '../visit.js';
import { forward } from './forward.js';
import type { EdgeApp, NodeEdgeOptions } from './node-edge.js';
import type { Pointers } from './pointers.js';
import type { RequestCounts } from './request-counts.js';
import { sendFile } from './send-file.js';
import { sendJson } from './send-json.js';
import type { Versions } from './versions.js';

export interface Context {
  readonly options: NodeEdgeOptions;
  readonly pointers: Pointers;
  readonly versions: Versions;
  readonly apps: ReadonlyMap<AppId, EdgeApp>;
  readonly places: Places;
  readonly etag: (bytes: Uint8Array) => string;
  readonly counts: RequestCounts;
}

const immutable = 'public, max-age=31536000, immutable';
/** What only some may see is kept by no cache but theirs. */
const forOne = 'private, max-age=3600';
const shortLived = 'public, max-age=0, s-maxage=5, must-revalidate';

/** Answers one request. */
export async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.url ?? '/';
  if (target.length > 4096) return text(response, 414, 'The address is too long.');
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const asking: Asking = { context, request, response, query: at < 0 ? '' : target.slice(at + 1) };
  const route = routeRequest(context.places, path, request.headers.accept);
  const { app } = route;
  if (app !== undefined) {
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
      return (await answerGrantLink(asking, path)) ? undefined : sendDocument(asking, route.app);
    case 'versioned':
      return sendVersion(asking, route);
    case 'unversioned':
      return sendUnversioned(asking, route.app, route.file);
    case 'pointer':
      return sendPublic(asking, context.pointers.raw(route.app));
    case 'index':
      return sendPublic(asking, context.pointers.index().body);
    case 'refused':
      return route.status === 400
        ? text(response, 400, 'That is not a path of this platform.')
        : text(response, 404, `There is nothing here.${howToAsk(context.places, path)}`);
  }
}

/** Where a browser would get a page, whoever asks for anything gets none, but is told how. */
function howToAsk(places: Places, path: string): string {
  const isPage = routeRequest(places, path, 'text/html').kind === 'document';
  return isPage ? ' There is a page for who asks for one: send `Accept: text/html`, as browsers do.' : '';
}

interface Asking {
  readonly context: Context;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: string;
}

function trustOf({ context }: Asking): Trust {
  const { signer, now } = context.options;
  return { signer, nowS: Math.floor(now() / 1000), rules: rulesOf(context) };
}

function rulesOf({ options }: Context): VisitRules {
  const { regionHeader, secureCookies, visitors } = options;
  return { ...visitors, regionHeader: regionHeader?.toLowerCase(), secure: secureCookies === 'always' };
}

/** False where the address has no link in it. */
async function answerGrantLink(asking: Asking, path: string): Promise<boolean> {
  const { context, request, response, query } = asking;
  const opened = await openGrantLink({
    trust: trustOf(asking),
    path,
    query,
    cookies: request.headers.cookie,
    hasApp: (app) => context.apps.has(app),
    isPublished: publishedIn(context),
  });
  if (opened === undefined) return false;
  const { status, headers, cookies, body } = opened;
  response.writeHead(status, cookies.length === 0 ? headers : { ...headers, 'Set-Cookie': [...cookies] });
  response.end(body);
  return true;
}

async function sendDocument(asking: Asking, app: AppId): Promise<void> {
  const { options } = asking.context;
  const trust = trustOf(asking);
  const cookies = asking.request.headers.cookie;
  const visitor = visitorOf(trust, cookies);
  const deciding = decidingOf(asking, visitor, app);
  if (deciding === undefined) {
    return text(asking.response, 503, `Nothing of "${app}" is deployed yet. Publish and start it first.`);
  }
  const there = await stillThere(visitor, app, publishedIn(asking.context));
  const decided = previewed(there, app, decideVisit(deciding, options.newId()));
  const signature = signatureFor(trust, { visitor, cookies, newSubject: decided.offered });
  const proofs = [...(signature === undefined ? [] : ['Set-Cookie', signature]), 'Server-Timing', verifiedFor(visitor)];
  return sendDecided(asking, { app, file: 'index.html', decided, proofs });
}

async function sendUnversioned(asking: Asking, app: AppId, file: string): Promise<void> {
  const visitor = visitorOf(trustOf(asking), asking.request.headers.cookie);
  const deciding = decidingOf(asking, visitor, app);
  if (deciding === undefined) return text(asking.response, 404, `Nothing of "${app}" is deployed yet.`);
  const there = await stillThere(visitor, app, publishedIn(asking.context));
  const decided = previewed(there, app, decideVisit(deciding, undefined));
  return sendDecided(asking, { app, file, decided, proofs: [] });
}

/** Asks the disk: what was served before may have been removed since. */
function publishedIn({ apps, options }: Context): (app: AppId, version: VersionId) => Promise<boolean> {
  return async (name, version) => {
    const app = apps.get(name);
    if (app === undefined) return false;
    return access(join(options.root, versionManifestKey(app.place, version))).then(
      () => true,
      () => false,
    );
  };
}

/** Undefined where the app has no pointer. */
function decidingOf({ context, request, query }: Asking, visitor: Visitor, app: AppId): Visiting | undefined {
  const pointer = context.pointers.get(app);
  if (pointer === undefined) return undefined;
  return { app, pointer, visit: visitOf(request, visitor, query), claims: claimsOf(visitor), rules: rulesOf(context) };
}

function visitOf({ headers }: IncomingMessage, visitor: Visitor, query: string): Visit {
  return {
    cookie: (name) => cookieOf(visitor, name, () => cookie(headers.cookie, name)),
    query: (name) => (query === '' ? undefined : new URLSearchParams(query).get(name)),
    header: (name) => {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

interface ToSend {
  readonly app: AppId;
  readonly file: string;
  readonly decided: Decided;
  readonly proofs: readonly string[];
}

async function sendDecided(asking: Asking, { app, file, decided, proofs }: ToSend): Promise<void> {
  const { version, cacheControl, label, cookie: set } = decided;
  const extra = ['X-Sluice', label];
  if (set !== undefined) extra.push('Set-Cookie', `${set.name}=${set.value}; ${set.attributes}`);
  extra.push(...proofs);
  return sendVersioned(asking, { app, version, file, cacheControl, extra });
}

/** A preview is for those who have its link; without it its files are not there for anybody. */
async function sendVersion(asking: Asking, of: Pick<Wanted, 'app' | 'version' | 'file'>): Promise<void> {
  const { app, version } = of;
  if (!isPreview(version)) return sendVersioned(asking, { ...of, cacheControl: immutable, extra: [] });
  const { grants } = visitorOf(trustOf(asking), asking.request.headers.cookie);
  if (previewOf(app, grants) === version) return sendVersioned(asking, { ...of, cacheControl: forOne, extra: [] });
  return text(asking.response, 403, `"${app}" ${version} is a preview: open it by its link (\`sluice preview\`).`);
}

interface Wanted {
  readonly app: AppId;
  readonly version: VersionId;
  readonly file: string;
  readonly cacheControl: string;
  readonly extra: readonly string[];
}

async function sendVersioned(asking: Asking, wanted: Wanted): Promise<void> {
  const { context, request, response } = asking;
  const file = await find(context, wanted);
  if (file === undefined) return text(response, 404, `"${wanted.app}" ${wanted.version} has no such file.`);
  const { versions } = context;
  return sendFile({ request, response, versions, file, cacheControl: wanted.cacheControl, extra: wanted.extra });
}

async function find(
  { apps, versions }: Context,
  of: Pick<Wanted, 'app' | 'version' | 'file'>,
): ReturnType<Versions['find']> {
  const app = apps.get(of.app);
  return app && versions.find(app.place, of.version, of.file);
}

function sendPublic(asking: Asking, body: Buffer | undefined): void {
  const { context, request, response } = asking;
  if (body === undefined) return text(response, 404, 'Nothing is deployed yet.');
  sendJson({ request, response, body, cacheControl: shortLived, etagOf: context.etag });
}

function text(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${message}\n`);
}
