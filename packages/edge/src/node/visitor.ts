import type { AppId, Grant, VersionId, VisitingSubject } from '@sluice/core';
import {
  cookie,
  grantName,
  grantsOf,
  previewOf,
  signatureCookie,
  signSubject,
  subjectCookie,
  subjectOf,
  subjectSignedS,
} from '@sluice/core';
import type { Decided } from '../decide-visit.js';
import type { NodeEdgeOptions } from './node-edge.js';

/** Who asks, as far as it is proven. */
export interface Visitor extends VisitingSubject {
  readonly grants: readonly Grant[];
}

export function visitorOf({ signer, now }: NodeEdgeOptions, cookies: string | undefined): Visitor {
  const asked = { cookies, nowS: Math.floor(now() / 1000) };
  return { ...subjectOf(signer, asked), grants: grantsOf(signer, asked) };
}

/** The visitor's cookies: the id is the proven one, also where a neighbour domain has put another before it. */
export function cookieOf(visitor: Visitor, cookies: string | undefined, name: string): string | undefined {
  return name === subjectCookie ? visitor.subject : cookie(cookies, name);
}

/** Audiences of which the visitor is. */
export function claimsOf({ grants }: Visitor): readonly string[] {
  return grants.flatMap((grant) => (grant.kind === 'audience' ? [grant.audience] : []));
}

/** What was decided, or the version that a link has opened in its place. */
export function previewed(visitor: Visitor, app: AppId, decided: Decided): Decided & { readonly version: VersionId } {
  const version = previewOf(app, visitor.grants);
  if (version === undefined) return decided;
  const set = decided.cookie?.name === subjectCookie ? decided.cookie : undefined;
  return { ...decided, version, label: `${app}@${version}; reason=override`, cookie: set };
}

/**
 * Headers that a page comes with: the edge's signature of the visitor's id, and what the edge has verified. An id that
 * nobody signed is signed as it is: no visitor changes versions when keys are introduced or lost.
 */
export function proofsOf(options: NodeEdgeOptions, visitor: Visitor, newSubject: string): readonly string[] {
  const { signer, now, secureCookies } = options;
  const subject = visitor.subject ?? newSubject;
  const nowS = Math.floor(now() / 1000);
  const signature = signer && visitor.signature !== 'fresh' ? signSubject(signer, subject, nowS) : undefined;
  const secure = secureCookies === 'always' ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${String(subjectSignedS)}; SameSite=Lax; HttpOnly${secure}`;
  const cookies = signature === undefined ? [] : ['Set-Cookie', `${signatureCookie}=${signature}; ${attributes}`];
  // The page cannot verify a signature; its own document tells it what was verified, also by being empty: a 304 renews it.
  return [...cookies, 'Server-Timing', `sluice;desc="${visitor.grants.map(grantName).join(' ')}"`];
}
