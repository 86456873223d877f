import { signatureCookie, signatureState, signedAtS, signSubject, subjectSignedS } from '@sluice/core';
import { subjectOf } from '../choose-version.js';
import { identify } from '../identify.js';
import { subjectFrom } from '../rewrite.js';
import { cacheControlFor, keepingCookie } from '../visit-headers.js';
import { hidden, turnInto } from './answer.js';
import { cookieOf, valueOf, type CloudFrontEvent, type CloudFrontRequest, type CloudFrontResponse } from './event.js';
import { decidedHeader, kindOf, takeOver } from './hand-over.js';
import { answerLink, grantsTo, opens } from './links.js';
import { settings } from './settings.js';
import { storedSigner } from './stored-signer.js';

// The CloudFront Function for viewer-response. See choose-version.ts on how it is written.
/** Constant in each build, as in viewer-request. */
declare const WITH_VISITORS: boolean;
type Answered = CloudFrontEvent & { readonly response: CloudFrontResponse };

/** A file of a preview, by the path that was asked for or by the one in the store: viewer-request takes no other spelling. */
const preview = /^\/(?!api\/)(.+\/)?pr-[1-9]\d*-[\da-f]{4,40}\//;

/**
 * Sets headers and cookies of what viewer-request has decided. AWS does not say whether it shows the request as it came or
 * as it was rewritten: where nothing was handed over, a page still gets its visitor's id, but no answer its label.
 */
export async function handler(event: Answered): Promise<CloudFrontResponse> {
  const request = event.request;
  const response = event.response;
  const taken = takeOver(valueOf(request.headers, decidedHeader));
  if (request.uri.search(preview) === 0) return guard(request, response);
  const kind = taken ? taken[1] : kindOf(request.uri, valueOf(request.headers, 'accept'));
  if (!kind) return response;
  const isPage = kind === 'page';
  const asking = { cookie: (name: string) => cookieOf(request, name) };
  let known = subjectOf(asking);
  let offered = subjectFrom(event.context.requestId);
  if (WITH_VISITORS) {
    const identity = identify(settings, asking, offered);
    known = identity.known;
    offered = identity.offered;
  }
  response.headers['cache-control'] = { value: cacheControlFor(isPage) };
  if (taken) response.headers['x-sluice'] = { value: taken[2] as string };
  response.cookies = response.cookies || {};
  const decided = taken || [];
  const isMissing = isPage ? !known : kind === 'set';
  const value = isPage || (WITH_VISITORS && !offered) ? offered : (decided[4] as string);
  const cookie = keepingCookie({ app: decided[3] as string, value, secure: settings.secure }, isPage);
  if (WITH_VISITORS && !offered ? asking.cookie(cookie.name) : isMissing) {
    response.cookies[cookie.name] = { value: cookie.value, attributes: cookie.attributes };
  }
  if (isPage) await prove(request, response, known || offered);
  return response;
}

/**
 * A page comes with the signature of its visitor's id, where that is due: one that nobody signed is signed as it is. And
 * with what links grant: the page cannot verify that, so its own document tells it, also by being empty.
 */
async function prove(request: CloudFrontRequest, response: CloudFrontResponse, subject: string): Promise<void> {
  const verifying = await storedSigner();
  if (answerLink(response, request, verifying)) return;
  const signer = verifying.signer;
  const nowS = verifying.nowS;
  const signature = cookieOf(request, signatureCookie) || '';
  const isFresh = signatureState(signer, { subject, signature, nowS }) === 'fresh';
  const atS = WITH_VISITORS ? signedAtS(settings, nowS) : nowS;
  const signed = isFresh ? undefined : signSubject(signer, subject, atS);
  const cookies = response.cookies as NonNullable<CloudFrontResponse['cookies']>;
  // Who has not agreed has no id that could be signed.
  if (WITH_VISITORS && !subject) {
    if (signature) cookies[signatureCookie] = hidden('', 0);
  } else if (signed) cookies[signatureCookie] = hidden(signed, subjectSignedS);
  const names = grantsTo(request, verifying).map((text) => text.replace(':', '@'));
  response.headers['server-timing'] = { value: `sluice;desc="${names.join(' ')}"` };
}

/** Files of a preview are for those who have its link; no shared cache beyond CloudFront's keeps them. */
async function guard(request: CloudFrontRequest, response: CloudFrontResponse): Promise<CloudFrontResponse> {
  const verifying = await storedSigner();
  if (opens(grantsTo(request, verifying), request.uri)) {
    response.headers['cache-control'] = { value: 'private, max-age=3600' };
  } else turnInto(response, 403, '');
  return response;
}
