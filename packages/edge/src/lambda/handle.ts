import type { AppId, Pointer, Signer, VersionId } from '@sluice/core';
import { cookie, isPreview, previewOf } from '@sluice/core';
import { decideVisit, type Decided } from '../decide-visit.js';
import type { EdgeSettings } from '../edge-settings.js';
import { appHeader, askedHeader, pathOf, subjectFrom } from '../rewrite.js';
import { routeRequest, type Route } from '../route.js';
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
} from '../trust/visitor.js';
import type { LambdaEvent, LambdaRequest, LambdaResponse } from './event.js';
import { answered, cookiesOf, firstOf, refused, withDecision, withHeader } from './headers.js';

export interface LambdaOptions {
  readonly settings: EdgeSettings;
  readonly pointerOf: (app: string) => Promise<Pointer | undefined>;
  /** Undefined where it was built without keys. */
  readonly signer: Signer | undefined;
  readonly isPublished: (app: AppId, version: VersionId) => Promise<boolean>;
  readonly now: () => number;
}

/** viewer-request: rewrites to the decided version, and opens links. viewer-response: sets headers and cookies. */
export async function handleLambda(
  options: LambdaOptions,
  event: LambdaEvent,
): Promise<LambdaRequest | LambdaResponse> {
  const { config, request, response } = event.Records[0].cf;
  const { settings, signer, now } = options;
  // Whoever asks may have sent it too.
  if (response === undefined) delete request.headers[askedHeader];
  const path = firstOf(request.headers, askedHeader) ?? request.uri;
  const trust = { signer, nowS: Math.floor(now() / 1000), rules: settings };
  const route = routeRequest(settings, path, firstOf(request.headers, 'accept'));
  const visit = { options, trust, route, request, requestId: config.requestId };
  return response === undefined ? onRequest(visit) : onResponse(visit, response);
}

interface LambdaVisit {
  readonly options: LambdaOptions;
  readonly trust: Trust;
  readonly route: Route;
  readonly request: LambdaRequest;
  readonly requestId: string | undefined;
}

async function onRequest(visit: LambdaVisit): Promise<LambdaRequest | LambdaResponse> {
  const { options, route, request } = visit;
  if (route.status !== undefined) return refused(route.status);
  const opened = route.kind === 'document' ? await openLink(visit) : undefined;
  if (opened !== undefined) return opened;
  if (isForHolders(route) && !holds(visit, route)) return refused(403);
  const decided = await decisionFor(visit);
  if (decided === 'no pointer') return refused(503);
  if (route.app === undefined) return request;
  const prefix = options.settings.apps[route.app] ?? '';
  if (decided !== undefined || isForHolders(route)) {
    request.headers[askedHeader] = [{ key: askedHeader, value: request.uri }];
  }
  if (prefix === '') request.headers[appHeader] = [{ key: appHeader, value: route.app }];
  request.uri = pathOf(prefix, decided?.version ?? route.version, route.file);
  return request;
}

async function onResponse(visit: LambdaVisit, response: LambdaResponse): Promise<LambdaResponse> {
  const { route, trust, request } = visit;
  // What only some may see is kept by no cache but theirs.
  if (isForHolders(route)) return withHeader(response, 'Cache-Control', 'private, max-age=3600');
  const decided = await decisionFor(visit);
  if (decided === undefined || decided === 'no pointer') return response;
  withDecision(response, decided);
  if (route.kind !== 'document') return response;
  const cookies = cookiesOf(request);
  const visitor = visitorOf(trust, cookies);
  const signature = signatureFor(trust, { visitor, cookies, newSubject: decided.offered });
  if (signature !== undefined) withHeader(response, 'Set-Cookie', signature);
  return withHeader(response, 'Server-Timing', verifiedFor(visitor));
}

/** Undefined where nothing is to be decided. */
async function decisionFor(visit: LambdaVisit): Promise<Decided | 'no pointer' | undefined> {
  const { options, trust, route, request, requestId } = visit;
  if (route.kind !== 'document' && route.kind !== 'unversioned') return undefined;
  const { app } = route;
  const pointer = await options.pointerOf(app);
  if (pointer === undefined) return 'no pointer';
  const cookies = cookiesOf(request);
  const visitor = visitorOf(trust, cookies);
  const query = new URLSearchParams(request.querystring);
  const asking = {
    cookie: (name: string) => cookieOf(visitor, name, () => cookie(cookies, name)),
    query: (name: string) => query.get(name),
    header: (name: string) => firstOf(request.headers, name),
  };
  const deciding = { app, pointer, visit: asking, rules: options.settings, claims: claimsOf(visitor) };
  const there = await stillThere(visitor, app, options.isPublished);
  return previewed(there, app, decideVisit(deciding, route.kind === 'document' ? subjectFrom(requestId) : undefined));
}

async function openLink({ options, trust, request }: LambdaVisit): Promise<LambdaResponse | undefined> {
  const opened = await openGrantLink({
    trust,
    path: request.uri,
    query: request.querystring,
    cookies: cookiesOf(request),
    hasApp: (app) => options.settings.apps[app] !== undefined,
    isPublished: options.isPublished,
  });
  return opened && answered(opened);
}

type VersionedRoute = Extract<Route, { kind: 'versioned' }>;

function isForHolders(route: Route): route is VersionedRoute {
  return route.kind === 'versioned' && isPreview(route.version);
}

function holds({ trust, request }: LambdaVisit, { app, version }: VersionedRoute): boolean {
  return previewOf(app, visitorOf(trust, cookiesOf(request)).grants) === version;
}
