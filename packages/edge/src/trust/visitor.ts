import type { AppId, Grant, Signer, VersionId, VisitingSubject } from '@sluice/core';
import {
  cookie,
  grantName,
  grantsOf,
  mayHoldGrants,
  previewOf,
  signatureCookie,
  signedAtS,
  signSubject,
  subjectCookie,
  subjectOf,
  subjectSignedS,
} from '@sluice/core';
import type { Decided } from '../decide-visit.js';
import type { VisitRules } from '../visit.js';

// Who asks, for all edges that have room for it. It runs in njs too: see choose-version.ts on how it is written.

/** By what an edge signs and verifies. */
export interface Trust {
  /** Undefined where there are no keys. */
  readonly signer: Signer | undefined;
  readonly nowS: number;
  readonly rules: VisitRules;
}

/** Who asks, as far as it is proven. */
export interface Visitor extends VisitingSubject {
  readonly grants: readonly Grant[];
}

/** Who proves nothing; which id is the visitor's is left to whoever decides. */
export const nobody: Visitor = { subject: undefined, signature: 'none', grants: [] };

/** Whether cookies may prove anything. */
export function mayProve(cookies: string | undefined): boolean {
  return cookies !== undefined && (cookies.includes(signatureCookie) || mayHoldGrants(cookies));
}

export function visitorOf(trust: Trust, cookies: string | undefined): Visitor {
  const asked = { cookies, nowS: trust.nowS, rules: trust.rules };
  const visiting = subjectOf(trust.signer, asked);
  const grants = grantsOf(trust.signer, asked);
  return { subject: visiting.subject, signature: visiting.signature, grants };
}

/** The value of a cookie: the visitor's id is the proven one, also where a neighbour domain has put another before it. */
export function cookieOf(
  visitor: Visitor,
  name: string,
  sent: (name: string) => string | undefined,
): string | undefined {
  return (name === subjectCookie && visitor.subject) || sent(name);
}

/** Audiences of which the visitor is. */
export function claimsOf(visitor: Visitor): readonly string[] {
  return visitor.grants.filter((grant) => grant.kind === 'audience').map(grantName);
}

/** Without the preview of an app whose version was removed since: its holder gets what everybody gets, and not nothing. */
export async function stillThere(
  visitor: Visitor,
  app: AppId,
  isPublished: (app: AppId, version: VersionId) => Promise<boolean>,
): Promise<Visitor> {
  const version = previewOf(app, visitor.grants);
  if (!version) return visitor;
  const isThere = await isPublished(app, version);
  if (isThere) return visitor;
  const grants = visitor.grants.filter((grant) => grant.kind !== 'preview' || grant.app !== app);
  return { subject: visitor.subject, signature: visitor.signature, grants };
}

/** What was decided, or the version that a link has opened in its place. */
export function previewed(visitor: Visitor, app: AppId, decided: Decided): Decided {
  const version = previewOf(app, visitor.grants);
  if (!version) return decided;
  const cookie = decided.cookie && decided.cookie.name === subjectCookie ? decided.cookie : undefined;
  // What only some may see is kept by no cache but theirs, also under a path that everybody has.
  const label = `${app}@${version}; reason=override`;
  return { version, cacheControl: 'private, no-cache', label, cookie, offered: decided.offered };
}

/** For a page. */
export interface Signing {
  readonly visitor: Visitor;
  readonly cookies: string | undefined;
  /** Empty for who has not agreed. */
  readonly newSubject: string;
}

/**
 * The cookie with the edge's signature of the visitor's id; undefined where that is not due. An id that nobody signed is
 * signed as it is: no visitor changes versions when keys are introduced or lost. Who has not agreed keeps none.
 */
export function signatureFor(trust: Trust, signing: Signing): string | undefined {
  const visitor = signing.visitor;
  if (!signing.newSubject) {
    return cookie(signing.cookies, signatureCookie) === undefined ? undefined : signatureOf(trust, '', 0);
  }
  if (!trust.signer || visitor.signature === 'fresh') return undefined;
  const atS = signedAtS(trust.rules, trust.nowS);
  const signature = signSubject(trust.signer, visitor.subject || signing.newSubject, atS);
  return signature && signatureOf(trust, signature, subjectSignedS);
}

function signatureOf(trust: Trust, value: string, maxAgeS: number): string {
  const lasts = `Path=/; Max-Age=${String(maxAgeS)}; SameSite=Lax; HttpOnly`;
  return `${signatureCookie}=${value}; ${lasts}${trust.rules.secure ? '; Secure' : ''}`;
}

/**
 * `Server-Timing` of a page. It cannot verify a signature; its own document tells it what was verified, also by being empty:
 * a 304 renews it.
 */
export function verifiedFor(visitor: Visitor): string {
  return `sluice;desc="${visitor.grants.map(grantName).join(' ')}"`;
}
