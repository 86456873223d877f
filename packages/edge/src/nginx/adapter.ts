import type { VisitingSubject } from '@sluice/core';
import { signatureCookie, subjectCookie, subjectOf } from '@sluice/core';
import type { CloudFrontEvent, CloudFrontRequest, CloudFrontResponse } from '../cloudfront/event.js';
import type { EdgeSettings } from '../edge-settings.js';
import type { Source } from './cloudfront-shim.js';
import { keep, runFile, textOf } from './files.js';
import { signerOf } from './keys.js';
import { asCloudFront, type NginxRequest } from './request.js';
import { tell } from './tell.js';

// Runs the CloudFront Functions, as they are deployed there, for a request of nginx. It runs in njs, and is written as
// choose-version.ts is. What is declared here is imported and written above it by `sluice edge build`.
declare const request: { handler(event: CloudFrontEvent): Promise<CloudFrontRequest | { statusCode: number }> };
declare const response: { handler(event: CloudFrontEvent): Promise<CloudFrontResponse> };
declare const cloudfront: { use(source: Source): void };
declare const SLUICE: EdgeSettings & {
  /** The store's folder; undefined where files come from an origin. */
  readonly root?: string;
  /** The file of the keys. */
  readonly keys?: string;
};

const texts: Readonly<Record<string, string>> = {
  '400': 'That is not a path of this platform.',
  '404': 'There is nothing here.',
  '405': 'Only GET and HEAD are answered here.',
  '503': 'Nothing is deployed here yet, or its pointer cannot be read.',
};

async function route(r: NginxRequest): Promise<void> {
  if (r.method !== 'GET' && r.method !== 'HEAD') {
    r.headersOut['Allow'] = 'GET, HEAD';
    refuse(r, 405);
    return;
  }
  const signer = signerOf({ path: SLUICE.keys, onProblem: (problem) => tell(r, `nobody is signed: ${problem}`) });
  cloudfront.use({ load: (app) => pointerText(r, app), recall, remember, keys: signer.keys });
  const context = { eventType: 'viewer-request', requestId: r.variables['request_id'] as string };
  const visiting = subjectOf(signer, { cookies: r.headersIn['Cookie'], nowS: Math.floor(Date.now() / 1000) });
  const asked = await request.handler({ context, request: proven(r, visiting) });
  if ('statusCode' in asked) {
    refuse(r, asked.statusCode);
    return;
  }
  const empty = { statusCode: 200, headers: {}, cookies: {} };
  const answer = await response.handler({ context, request: asked, response: empty });
  const isPointer = /\/(active-version|platform-index)\.json$/.test(asked.uri);
  if (isPointer) r.variables['sluice_cache_control'] = 'public, max-age=0, s-maxage=5, must-revalidate';
  // Another one before it may have looked old.
  if (visiting.signature === 'fresh' && answer.cookies) delete answer.cookies[signatureCookie];
  say(r, answer);
  r.internalRedirect(`/sluice/${isPointer ? 'pointers' : 'files'}${asked.uri}`);
}

/**
 * The request as CloudFront shows it, with the visitor's id that is proven, also where a neighbour domain has put another
 * before it. A signature that is not fresh is left out, and so made anew: one of an older key as well as a forged one.
 */
function proven(r: NginxRequest, visiting: VisitingSubject): CloudFrontRequest {
  const shown = asCloudFront(r);
  if (visiting.subject) shown.cookies[subjectCookie] = { value: visiting.subject };
  else delete shown.cookies[subjectCookie];
  if (visiting.signature !== 'fresh') delete shown.cookies[signatureCookie];
  return shown;
}

/** A folder is read at once; an origin is asked through nginx's own cache. */
async function pointerText(r: NginxRequest, app: string): Promise<string> {
  const prefix = SLUICE.apps[app];
  const key = prefix ? `${prefix}/active-version.json` : 'active-version.json';
  if (SLUICE.root) return textOf(`${SLUICE.root}/${key}`);
  const reply = await r.subrequest(`/sluice/pointers/${key}`);
  return reply.status === 200 ? reply.responseText : '';
}

function recall(app: string): string {
  return textOf(lastGood(app));
}

/** Where nothing can be written there is no last good pointer, and nothing else is amiss. */
function remember(app: string, text: string): void {
  keep(lastGood(app), text);
}

function lastGood(app: string): string {
  return runFile(`${app}.pointer`);
}

/** For `add_header` of the configuration, which leaves out what is empty. */
function say(r: NginxRequest, answer: CloudFrontResponse): void {
  const headers = answer.headers as CloudFrontRequest['headers'];
  const decided = headers['cache-control'];
  const label = headers['x-sluice'];
  if (decided) r.variables['sluice_cache_control'] = decided.value;
  if (label) r.variables['sluice_label'] = label.value;
  const cookies = answer.cookies || {};
  Object.keys(cookies).forEach((name) => {
    const cookie = cookies[name] as { value: string; attributes?: string };
    const variable = name === signatureCookie ? 'sluice_signature' : 'sluice_cookie';
    r.variables[variable] = `${name}=${cookie.value}; ${String(cookie.attributes)}`;
  });
}

function refuse(r: NginxRequest, status: number): void {
  r.headersOut['Content-Type'] = 'text/plain; charset=utf-8';
  r.headersOut['Cache-Control'] = 'no-store';
  r.headersOut['X-Content-Type-Options'] = 'nosniff';
  r.return(status, `${texts[String(status)] as string}\n`);
}

export const sluice = { route };
