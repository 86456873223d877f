import { cookie, type Pointer } from '@sluice/core';
import { decideVisit, type Decided } from '../decide-visit.js';
import type { EdgeSettings } from '../edge-settings.js';
import { appHeader, askedHeader, pathOf, refusalOf, subjectFrom } from '../rewrite.js';
import { routeRequest } from '../route.js';
import type { Visit } from '../visit.js';
import type { LambdaEvent, LambdaHeaders, LambdaRequest, LambdaResponse } from './event.js';

export interface LambdaOptions {
  readonly settings: EdgeSettings;
  readonly pointerOf: (app: string) => Promise<Pointer | undefined>;
}

/** viewer-request: rewrites to the decided version. viewer-response: sets its headers and cookies. */
export async function handleLambda(
  { settings, pointerOf }: LambdaOptions,
  event: LambdaEvent,
): Promise<LambdaRequest | LambdaResponse> {
  const { config, request, response } = event.Records[0].cf;
  const path = (response && first(request.headers, askedHeader)) ?? request.uri;
  const route = routeRequest(settings, path, first(request.headers, 'accept'));
  const status = refusalOf(route);
  if (status !== undefined) return response ?? refused(status);
  let decided: Decided | undefined;
  if (route.kind === 'document' || route.kind === 'unversioned') {
    const { app } = route;
    const pointer = await pointerOf(app);
    if (pointer === undefined) return response ?? refused(503);
    const newSubject = route.kind === 'document' ? subjectFrom(config.requestId) : undefined;
    decided = decideVisit({ app, pointer, visit: visitOf(request), rules: settings }, newSubject);
  }
  if (response !== undefined) return decided === undefined ? response : withHeaders(response, decided);
  if (route.app === undefined) return request;
  const prefix = settings.apps[route.app] ?? '';
  if (decided !== undefined) request.headers[askedHeader] = [{ key: askedHeader, value: request.uri }];
  if (prefix === '') request.headers[appHeader] = [{ key: appHeader, value: route.app }];
  request.uri = pathOf(prefix, decided?.version ?? route.version, route.file);
  return request;
}

function withHeaders(response: LambdaResponse, { cacheControl, label, cookie: set }: Decided): LambdaResponse {
  response.headers['cache-control'] = [{ key: 'Cache-Control', value: cacheControl }];
  response.headers['x-sluice'] = [{ key: 'X-Sluice', value: label }];
  if (set !== undefined) {
    const value = `${set.name}=${set.value}; ${set.attributes}`;
    response.headers['set-cookie'] = [...(response.headers['set-cookie'] ?? []), { key: 'Set-Cookie', value }];
  }
  return response;
}

function visitOf({ headers, querystring }: LambdaRequest): Visit {
  const cookies = headers['cookie']?.map(({ value }) => value).join('; ');
  const query = new URLSearchParams(querystring);
  return {
    cookie: (name) => cookie(cookies, name),
    query: (name) => query.get(name),
    header: (name) => first(headers, name),
  };
}

function first(headers: LambdaHeaders, name: string): string | undefined {
  return headers[name]?.[0]?.value;
}

function refused(status: number): LambdaResponse {
  return { status: String(status), headers: { 'cache-control': [{ key: 'Cache-Control', value: 'no-store' }] } };
}
