import { signatureCookie, subjectSignedS } from '@sluice/core';
import { subjectOf } from '../choose-version.js';
import { subjectFrom } from '../rewrite.js';
import { routeRequest } from '../route.js';
import { cacheControlFor, keepingCookie } from '../visit-headers.js';
import { cookieOf, valueOf, type CloudFrontEvent, type CloudFrontRequest, type CloudFrontResponse } from './event.js';
import { decidedHeader, takeOver } from './hand-over.js';
import { settings } from './settings.js';
import { signatureFor, storedSigner } from './signature.js';

// The CloudFront Function for viewer-response. See choose-version.ts on how it is written.
type Answered = CloudFrontEvent & { readonly response: CloudFrontResponse };

/**
 * Sets headers and cookies of what viewer-request has decided. AWS does not say whether it shows the request as it came or
 * as it was rewritten: where nothing was handed over, a page still gets its visitor's id, but no answer its label.
 */
export async function handler(event: Answered): Promise<CloudFrontResponse> {
  const request = event.request;
  const response = event.response;
  const headers = response.headers as CloudFrontRequest['headers'];
  const taken = takeOver(valueOf(request.headers, decidedHeader));
  const kind = routeRequest(settings, request.uri, valueOf(request.headers, 'accept')).kind;
  const isPage = taken ? taken[1] === 'page' : kind === 'document';
  if (!taken && !isPage && kind !== 'unversioned') return response;
  const newSubject = isPage ? subjectFrom(event.context.requestId) : undefined;
  headers['cache-control'] = { value: cacheControlFor(newSubject) };
  if (taken) headers['x-sluice'] = { value: taken[2] as string };
  const known = subjectOf({ cookie: (name) => cookieOf(request, name) });
  const sets = isPage ? !known : taken && taken[1] === 'set';
  if (sets) {
    const kept = taken || [];
    const app = kept[3] as string;
    const version = kept[4] as string;
    const cookie = keepingCookie({ app, version, secure: settings.secure }, newSubject);
    response.cookies = response.cookies || {};
    response.cookies[cookie.name] = { value: cookie.value, attributes: cookie.attributes };
  }
  if (newSubject) await sign(event, known, newSubject);
  return response;
}

/** A page comes with the signature of its visitor's id: one that nobody signed is signed as it is. */
async function sign(event: Answered, known: string | undefined, newSubject: string): Promise<void> {
  const response = event.response;
  const signer = await storedSigner();
  const signature = signatureFor(signer, known || newSubject, known && cookieOf(event.request, signatureCookie));
  if (!signature) return;
  const secure = settings.secure ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${subjectSignedS}; SameSite=Lax; HttpOnly${secure}`;
  response.cookies = response.cookies || {};
  response.cookies[signatureCookie] = { value: signature, attributes };
}
