import type { AppId, VersionId } from '../ids.js';
import { parseAppId, parseVersionId } from '../ids.js';
import { cookiePairs, type CookiePair } from './cookie-pairs.js';
import type { Signer } from './signature.js';
import { sign, verify } from './signature.js';

// Part of nginx's edge: see choose-version.ts of packages/edge on how it is written.

/** What somebody with a key has granted to whoever has the link, until it expires. */
export type Grant =
  /** One version of one app, in the place of what would be decided. */
  | { readonly kind: 'preview'; readonly app: AppId; readonly version: VersionId }
  /** To be counted among an audience, like `staff`. */
  | { readonly kind: 'audience'; readonly audience: string };

export type ReadGrant =
  | { readonly kind: 'granted'; readonly grant: Grant; readonly untilS: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'forged' };

/** An audience's name: `[a-z][a-z0-9-]{0,63}`. */
export function isAudience(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,63}$/.test(text);
}

const grantKinds: readonly Grant['kind'][] = ['preview', 'audience'];

/** The parameter of a link that carries a grant of this kind: `sluice_preview`, `sluice_audience`. */
export const grantParameter = (kind: Grant['kind']): string => `sluice_${kind}`;

/** The cookie that keeps a grant: one for each app and audience. */
export function grantCookie(grant: Grant): string {
  return `${grantParameter(grant.kind)}_${grant.kind === 'preview' ? grant.app : grant.audience}`;
}

/** As pages and decisions know it: `mfe1@pr-12-abcd`, `staff`. */
export function grantName(grant: Grant): string {
  return grant.kind === 'preview' ? `${grant.app}@${grant.version}` : grant.audience;
}

/** `mfe1:pr-12-abcd:<signature>`, `staff:<signature>`; safe in a URL and in a cookie. Undefined where there is no key. */
export function grantToken(signer: Signer, grant: Grant, untilS: number): string | undefined {
  const text = textOf(grant);
  const signature = sign(signer, { purpose: grant.kind, text, untilS });
  return signature && `${text}:${signature}`;
}

/** What a token grants. It names its app, and is signed with it: for another app there is no grant in it. */
export function readGrant(
  signer: Signer,
  asked: { readonly kind: Grant['kind']; readonly token: string; readonly nowS: number },
): ReadGrant {
  const at = asked.token.lastIndexOf(':');
  const text = asked.token.slice(0, Math.max(0, at));
  const grant = grantOf(asked.kind, text);
  if (grant === undefined) return { kind: 'forged' };
  const signature = asked.token.slice(at + 1);
  const signed = verify(signer, { purpose: asked.kind, text, signature, nowS: asked.nowS });
  return signed.kind === 'valid' ? { kind: 'granted', grant, untilS: signed.untilS } : signed;
}

/** More are never looked at. */
const most = 16;

/** What a request's cookies grant. Each must be the cookie of what it grants; what is forged or over grants nothing. */
export function grantsOf(
  signer: Signer | undefined,
  asked: { readonly cookies: string | undefined; readonly nowS: number },
): readonly Grant[] {
  if (!signer || !mayHoldGrants(asked.cookies)) return [];
  const grants: Grant[] = [];
  const kept = cookiePairs(asked.cookies).filter(keepsGrant).slice(0, most);
  for (let i = 0; i < kept.length; i += 1) {
    const pair = kept[i] as CookiePair;
    const kind = kindOf(pair.name) as Grant['kind'];
    const read = readGrant(signer, { kind, token: pair.value, nowS: asked.nowS });
    if (read.kind === 'granted' && grantCookie(read.grant) === pair.name) grants.push(read.grant);
  }
  return grants;
}

/** Most have none, and looking at every cookie costs njs more than all else that is asked of it here. */
export function mayHoldGrants(cookies: string | undefined): boolean {
  return cookies !== undefined && grantKinds.some((kind) => cookies.includes(`${grantParameter(kind)}_`));
}

function keepsGrant(pair: CookiePair): boolean {
  return kindOf(pair.name) !== undefined;
}

function kindOf(cookie: string): Grant['kind'] | undefined {
  return grantKinds.find((kind) => cookie.startsWith(`${grantParameter(kind)}_`));
}

/** The version that a preview grants of an app. */
export function previewOf(app: string, grants: readonly Grant[]): VersionId | undefined {
  const found = grants.find((grant) => grant.kind === 'preview' && grant.app === app);
  return found?.kind === 'preview' ? found.version : undefined;
}

function textOf(grant: Grant): string {
  return grant.kind === 'preview' ? `${grant.app}:${grant.version}` : grant.audience;
}

function grantOf(kind: Grant['kind'], text: string): Grant | undefined {
  if (kind === 'audience') return isAudience(text) ? { kind, audience: text } : undefined;
  const at = text.indexOf(':');
  const app = parseAppId(text.slice(0, Math.max(0, at)));
  const version = parseVersionId(text.slice(at + 1));
  return app === undefined || version === undefined ? undefined : { kind, app, version };
}
