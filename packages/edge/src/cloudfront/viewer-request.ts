import type { AppId, Pointer, VersionId } from '@sluice/core';
import { parseVersionId } from '@sluice/core';
import { chooseVersion, subjectOf, type Chosen } from '../choose-version.js';
import { identify } from '../identify.js';
import { appHeader, pathOf, subjectFrom } from '../rewrite.js';
import { routeRequest, type Route } from '../route.js';
import type { Visit } from '../visit.js';
import { cookieOf, valueOf, type CloudFrontEvent, type CloudFrontRequest } from './event.js';
import { decidedHeader, handOver } from './hand-over.js';
import { settings } from './settings.js';

// The CloudFront Function for viewer-request. See choose-version.ts on how it is written.
/** Constant in each build: there is one with what `visitors` of the configuration asks for, and a shorter one without. */
declare const WITH_VISITORS: boolean;
declare const cf: { kvs(): { get(key: string): Promise<string> } };

/** Rewrites to the decided version, and tells viewer-response what was decided. */
export async function handler(event: CloudFrontEvent): Promise<CloudFrontRequest | { statusCode: number }> {
  const request = event.request;
  const route = routeRequest(settings, request.uri, valueOf(request.headers, 'accept'));
  const isPage = route.kind === 'document';
  // By the version in their paths viewer-response knows a preview's files: in no other spelling.
  let status: number | undefined = route.version && !request.uri.includes(`/${route.version}/`) ? 404 : route.status;
  let chosen: Chosen | undefined;
  // What a visitor sends by this name is nothing to viewer-response.
  delete request.headers[decidedHeader];
  if (isPage || route.kind === 'unversioned') {
    chosen = await chosenFor(event, route.app, isPage);
    if (chosen) request.headers[decidedHeader] = { value: handOver(chosen, isPage) };
    else status = 503;
  }
  if (status) return { statusCode: status };
  rewrite(request, route, chosen && chosen.version);
  return request;
}

/** By the pointer of the one app; undefined where the key-value store has none, or cannot be read. */
async function chosenFor(event: CloudFrontEvent, app: AppId, isPage: boolean): Promise<Chosen | undefined> {
  try {
    // The engine takes no await among the arguments of a call; and the minifier would put it there if it were used once.
    const entry = await cf.kvs().get(app);
    const pointer = JSON.parse(entry) as Pointer;
    const visit = visitOf(event.request);
    let known = subjectOf(visit);
    let offered = subjectFrom(event.context.requestId);
    if (WITH_VISITORS) {
      const identity = identify(settings, visit, offered);
      known = identity.known;
      offered = identity.offered;
    }
    const deciding = { app, pointer, visit, rules: settings, known };
    return parseVersionId(pointer.version) && chooseVersion(deciding, isPage ? offered : undefined);
  } catch {
    return undefined;
  }
}

function rewrite(request: CloudFrontRequest, route: Route, decided: VersionId | undefined): void {
  const app = route.app;
  if (!app) return;
  const prefix = settings.apps[app] as string;
  if (!prefix) request.headers[appHeader] = { value: app };
  request.uri = pathOf(prefix, decided || route.version, route.file);
}

function visitOf(request: CloudFrontRequest): Visit {
  return {
    header: (name) => valueOf(request.headers, name),
    // The values of a query come as they were sent; an override has no other letters than these.
    query: (name) => {
      const value = valueOf(request.querystring, name);
      return value && value.replace(/%3a/gi, ':').replace(/%2c/gi, ',');
    },
    cookie: (name) => cookieOf(request, name),
  };
}
