import type { AppId, Pointer, VersionId } from '@sluice/core';
import { parseVersionId, unquoted } from '@sluice/core';
import { decideVisit, type Decided } from '../decide-visit.js';
import type { EdgeSettings } from '../edge-settings.js';
import { appHeader, askedHeader, pathOf, refusalOf, subjectFrom } from '../rewrite.js';
import { routeRequest, type Route } from '../route.js';
import type { Visit } from '../visit.js';
import { valueOf, type CloudFrontEvent, type CloudFrontRequest, type CloudFrontResponse } from './event.js';

// The CloudFront Function for viewer-request and viewer-response: one function for both. See decide-visit.ts on how it
// is written; `cf` is imported and `SLUICE` is written above it by `sluice edge build`.
declare const cf: { kvs(): { get(key: string): Promise<string> } };
declare const SLUICE: EdgeSettings;
const settings = SLUICE;

/** viewer-request: rewrites to the decided version. viewer-response: sets its headers and cookies. */
export async function handler(event: CloudFrontEvent): Promise<CloudFrontRequest | CloudFrontResponse> {
  const request = event.request;
  const response = event.response;
  // Who sends this header himself changes the headers of his own answer, and of no other.
  const path = (response && valueOf(request.headers, askedHeader)) || request.uri;
  const route = routeRequest(settings, path, valueOf(request.headers, 'accept'));
  let status = refusalOf(route);
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
    const newSubject = route.kind === 'document' ? subjectFrom(event.context.requestId) : undefined;
    const deciding = { app, pointer, visit: visitOf(event.request), rules: settings };
    return parseVersionId(pointer.version) && decideVisit(deciding, newSubject);
  } catch {
    return undefined;
  }
}

function rewrite(request: CloudFrontRequest, route: Route, decided: VersionId | undefined): void {
  const headers = request.headers;
  const app = route.app;
  if (!app) return;
  if (decided) headers[askedHeader] = { value: request.uri };
  const prefix = settings.apps[app] as string;
  if (!prefix) headers[appHeader] = { value: app };
  request.uri = pathOf(prefix, decided || route.version, route.file);
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
