import type { AppId } from '@sluice/core';
import { consentCookie, hasAgreed, isPreview, previewOf, signatureCookie, subjectCookie } from '@sluice/core';
import type { CloudFrontEvent, CloudFrontRequest, CloudFrontResponse } from '../cloudfront/event.js';
import { cookieOf, valueOf } from '../cloudfront/event.js';
import { pathOf, subjectFrom } from '../rewrite.js';
import { routeRequest, type Route } from '../route.js';
import { mayBeLink, openGrantLink, type LinkAnswer } from '../trust/grant-link.js';
import { signerOf, type KeysFile } from '../trust/keys-file.js';
import {
  mayProve,
  nobody,
  signatureFor,
  stillThere,
  verifiedFor,
  visitorOf,
  type Trust,
  type Visitor,
} from '../trust/visitor.js';
import type { Source } from './cloudfront-shim.js';
import { decideGranted } from './granted.js';
import { asCloudFront, queryOf, type NginxRequest } from './request.js';
import { refuse, say, sayDecided, sendFile, sendLinkAnswer } from './send.js';
import { settings } from './settings.js';
import { isPublished, sourceFor } from './store.js';
import { tell } from './tell.js';

// Runs the CloudFront Functions, as they are deployed there, for a request of nginx; links, and what they have granted, are
// answered beside them. It runs in njs, and is written as choose-version.ts is. What is declared here is imported and written
// above it by `sluice edge build`.
declare const request: { handler(event: CloudFrontEvent): Promise<CloudFrontRequest | { statusCode: number }> };
declare const response: { handler(event: CloudFrontEvent): Promise<CloudFrontResponse> };
declare const fs: KeysFile['fs'];
declare const crypto: KeysFile['crypto'];
declare const cloudfront: { use(source: Source): void; kvs(): { get(app: string): Promise<string> } };

async function route(r: NginxRequest): Promise<void> {
  if (r.method !== 'GET' && r.method !== 'HEAD') {
    r.headersOut['Allow'] = 'GET, HEAD';
    refuse(r, 405);
    return;
  }
  const onProblem = (problem: string): void => tell(r, `nobody is signed: ${problem}`);
  const signer = signerOf({ path: settings.keys, onProblem, fs, crypto });
  const trust = { signer, nowS: Math.floor(Date.now() / 1000), rules: settings };
  cloudfront.use(sourceFor(r, signer));
  const shown = asCloudFront(r);
  // Most visitors; all that is done for the others is dear in njs.
  if (!mayProve(r.headersIn['Cookie']) && !mayBeLink(queryOf(r))) {
    await askFunctions(r, shown, undefined);
    return;
  }
  const found = routeRequest(settings, shown.uri, valueOf(shown.headers, 'accept'));
  if (found.kind === 'document' || found.kind === 'unversioned') await sendFor(r, { trust, shown, found });
  else if (found.kind === 'versioned' && isPreview(found.version)) sendPreview(r, trust, found);
  else await askFunctions(r, shown, undefined);
}

interface Visited {
  readonly trust: Trust;
  readonly shown: CloudFrontRequest;
  readonly found: Extract<Route, { app: AppId; version?: never }>;
}

/** A page, or a path without a version: who asks matters. */
async function sendFor(r: NginxRequest, visited: Visited): Promise<void> {
  const trust = visited.trust;
  const found = visited.found;
  const cookies = r.headersIn['Cookie'];
  const visitor = mayProve(cookies) ? visitorOf(trust, cookies) : nobody;
  // Of who has not agreed the functions take away what there is, as it is.
  const isProven = visitor !== nobody && hasAgreed(settings, cookieOf(visited.shown, consentCookie));
  if (isProven) prove(visited.shown, visitor);
  if (found.kind === 'document') {
    const opened = mayBeLink(queryOf(r)) ? await openLink(r, trust, visited.shown.uri) : undefined;
    if (opened) {
      sendLinkAnswer(r, opened);
      return;
    }
  }
  if (visitor.grants.length > 0) await sendGranted(r, visited, visitor);
  else await askFunctions(r, visited.shown, isProven ? visitor : undefined);
}

function openLink(r: NginxRequest, trust: Trust, path: string): Promise<LinkAnswer | undefined> {
  return openGrantLink({
    trust,
    path,
    query: queryOf(r),
    cookies: r.headersIn['Cookie'],
    hasApp: (app) => typeof settings.apps[app] === 'string',
    isPublished: (app, version) => isPublished(r, app, version),
  });
}

/** A file of a preview, for those who have its link. */
function sendPreview(r: NginxRequest, trust: Trust, found: Extract<Route, { kind: 'versioned' }>): void {
  const visitor = visitorOf(trust, r.headersIn['Cookie']);
  if (previewOf(found.app, visitor.grants) !== found.version) {
    refuse(r, 403);
    return;
  }
  r.variables['sluice_cache_control'] = 'private, max-age=3600';
  sendFile(r, pathOf(settings.apps[found.app] as string, found.version, found.file));
}

/** CloudFront's functions know nothing of grants: for who has one it is decided here, by the same code. */
async function sendGranted(r: NginxRequest, visited: Visited, visitor: Visitor): Promise<void> {
  const found = visited.found;
  const app = found.app;
  let entry = '';
  try {
    entry = await cloudfront.kvs().get(app);
  } catch {
    refuse(r, 503);
    return;
  }
  const random = found.kind === 'document' ? subjectFrom(r.variables['request_id']) : undefined;
  const there = await stillThere(visitor, app, (name, version) => isPublished(r, name, version));
  const decided = decideGranted({ settings, app, entry, shown: visited.shown, visitor: there, random });
  sayDecided(r, decided);
  if (random !== undefined) {
    const signing = { visitor, cookies: r.headersIn['Cookie'], newSubject: decided.offered };
    r.variables['sluice_signature'] = signatureFor(visited.trust, signing) || '';
    r.variables['sluice_verified'] = verifiedFor(visitor);
  }
  sendFile(r, pathOf(settings.apps[app] as string, decided.version, found.file));
}

async function askFunctions(r: NginxRequest, shown: CloudFrontRequest, visitor: Visitor | undefined): Promise<void> {
  const context = { eventType: 'viewer-request', requestId: r.variables['request_id'] as string };
  const asked = await request.handler({ context, request: shown });
  if ('statusCode' in asked) {
    refuse(r, asked.statusCode);
    return;
  }
  const empty = { statusCode: 200, headers: {}, cookies: {} };
  const answer = await response.handler({ context, request: asked, response: empty });
  if (answer.statusCode !== 200) {
    refuse(r, answer.statusCode);
    return;
  }
  const isPointer = /\/(active-version|platform-index)\.json$/.test(asked.uri);
  if (isPointer) r.variables['sluice_cache_control'] = 'public, max-age=0, s-maxage=5, must-revalidate';
  // They look at the first signature only, and before the good one there may have been another.
  if (visitor && visitor.signature === 'fresh' && answer.cookies) delete answer.cookies[signatureCookie];
  say(r, answer);
  if (isPointer) r.internalRedirect(`/sluice/pointers${asked.uri}`);
  else sendFile(r, asked.uri);
}

/**
 * The visitor's id is the one that is proven, also where a neighbour domain has put another before it. A signature that is
 * not fresh is left out, and so made anew: one of an older key as well as a forged one.
 */
function prove(shown: CloudFrontRequest, visitor: Visitor): void {
  if (visitor.subject) shown.cookies[subjectCookie] = { value: visitor.subject };
  else delete shown.cookies[subjectCookie];
  if (visitor.signature !== 'fresh') delete shown.cookies[signatureCookie];
}

export const sluice = { route };
