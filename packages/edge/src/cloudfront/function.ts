import type { AppId, Pointer, VersionId } from '@sluice/core';
import { parseVersionId, unquoted } from '@sluice/core';
import { decideVisit, type Decided } from '../decide-visit.js';
import type { EdgeSettings } from '../edge-settings.js';
import { routeRequest, type Route } from '../route.js';
import { shellFor } from '../shell-for.js';
import type { Visit } from '../visit.js';
import { valueOf, type CloudFrontEvent, type CloudFrontRequest, type CloudFrontResponse } from './event.js';

// The CloudFront Function for viewer-request and viewer-response: one function for both. See decide-visit.ts on how it
// is written; `cf` is imported and `SLUICE` is written above it by `sluice edge build`.
declare const cf: { kvs(): { get(key: string): Promise<string> } };
declare const SLUICE: EdgeSettings;
const settings = SLUICE;

/**
 * A rewritten request has its own path with it: CloudFront may show the rewritten one to viewer-response. Who sends
 * this header himself changes the headers of his own answer, and of no other.
 */
const asked = 'x-sluice-uri';

/** viewer-request: rewrites to the decided version. viewer-response: sets its headers and cookies. */
export async function handler(event: CloudFrontEvent): Promise<CloudFrontRequest | CloudFrontResponse> {
  const request = event.request;
  const response = event.response;
  const uri = (response && valueOf(request.headers, asked)) || request.uri;
  const route = routeRequest({
    path: uri,
    accept: valueOf(request.headers, 'accept'),
    isApp: (name): name is AppId => typeof settings.apps[name as string] === 'string',
    shellFor: (path) => shellFor(settings.shells, path),
  });
  let status = route.kind === 'bad-path' ? 400 : route.kind === 'not-found' ? 404 : 0;
  let decided: Decided | undefined;
  if (route.kind === 'document' || route.kind === 'unversioned') {
    decided = await decidedFor(event, route);
    if (!decided) status = 503;
  }
  if (response) return decided ? withHeaders(response, decided) : response;
  if (status) return { statusCode: status };
  rewrite(request, route, decided && decided.version);
  return request;
}

/** By the pointer of the one app; undefined where the key-value store has none, or cannot be read. */
async function decidedFor(event: CloudFrontEvent, route: Route): Promise<Decided | undefined> {
  try {
    const app = route.app as AppId;
    // The engine takes no await among the arguments of a call; and the minifier would put it there if it were used once.
    const entry = await cf.kvs().get(app);
    const pointer = (entry && JSON.parse(entry)) as Pointer;
    const newSubject = route.kind === 'document' ? subjectFor(event) : undefined;
    const deciding = { app, pointer, visit: visitOf(event.request), rules: settings };
    return parseVersionId(pointer.version) && decideVisit(deciding, newSubject);
  } catch {
    return undefined;
  }
}

/** Request and response of one visit have the same id, and so derive the same visitor's id from it. */
function subjectFor(event: CloudFrontEvent): string {
  return String(event.context.requestId)
    .replace(/[^\w-]/g, '')
    .slice(0, 64);
}

function rewrite(request: CloudFrontRequest, route: Route, decided: VersionId | undefined): void {
  const headers = request.headers;
  const app = route.app;
  if (!app) return;
  if (decided) headers[asked] = { value: request.uri };
  const prefix = settings.apps[app];
  // In the brief's layout two apps have the same keys: the app has to be in the cache key, by this header.
  if (!prefix) headers['x-sluice-app'] = { value: app };
  const key = [prefix, decided || route.version, route.file].filter((part) => part).join('/');
  request.uri = `/${key.split('/').map(encodeURIComponent).join('/')}`;
}

function withHeaders(response: CloudFrontResponse, decided: Decided): CloudFrontResponse {
  const headers = response.headers as CloudFrontRequest['headers'];
  headers['cache-control'] = { value: decided.cacheControl };
  headers['x-sluice'] = { value: decided.label };
  const cookie = decided.cookie;
  if (cookie) {
    response.cookies = response.cookies || {};
    response.cookies[cookie.name] = { value: cookie.value, attributes: cookie.attributes };
  }
  return response;
}

function visitOf(request: CloudFrontRequest): Visit {
  return {
    header: (name) => valueOf(request.headers, name),
    // The values of a query come as they were sent; an override has no other letters than these.
    query: (name) => (valueOf(request.querystring, name) || '').replace(/%3a/gi, ':').replace(/%2c/gi, ','),
    cookie: (name) => {
      const value = valueOf(request.cookies, name);
      return value && unquoted(value);
    },
  };
}
