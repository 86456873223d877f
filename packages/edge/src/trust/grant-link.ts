import type { AppId, Grant, VersionId } from '@sluice/core';
import { cookiePairs, grantCookie, grantParameter, isAudience, parseAppId, readGrant } from '@sluice/core';
import { linkPage, linkPageHeaders } from './link-page.js';
import type { Trust } from './visitor.js';

// Opens links, for all edges that have room for it. It runs in njs too: see choose-version.ts on how it is written.

/** A request for a page whose address may carry grants: `/?sluice_preview=…`. */
export interface GrantLink {
  readonly trust: Trust;
  readonly path: string;
  /** As it was sent, without `?`. */
  readonly query: string;
  readonly cookies: string | undefined;
  readonly hasApp: (app: AppId) => boolean;
  readonly isPublished: (app: AppId, version: VersionId) => Promise<boolean>;
}

export interface LinkAnswer {
  readonly status: 303 | 403;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly body: string;
}

const kinds: readonly Grant['kind'][] = ['preview', 'audience'];
/** More in one link are never looked at. */
const most = 8;

/** Whether an address may carry grants: asking costs njs a sixth of a page. */
export function mayBeLink(query: string): boolean {
  return query.includes('sluice_');
}

/**
 * Takes the grants of a link into cookies and sends the browser to the same page without them; a link that grants
 * nothing gets a page that says why. Undefined where the address has none.
 */
export async function openGrantLink(link: GrantLink): Promise<LinkAnswer | undefined> {
  const pairs = link.query.split('&').map(parameterOf);
  const asked = pairs.filter((pair) => pair.kind).slice(0, most);
  if (asked.length === 0) return undefined;
  let cookies: readonly string[] = [];
  for (let i = 0; i < asked.length; i += 1) {
    const one = asked[i] as Parameter;
    const taken = await taking(link, one.kind as Grant['kind'], one.value);
    if (typeof taken === 'string') return { status: 403, headers: linkPageHeaders, cookies: [], body: linkPage(taken) };
    cookies = cookies.concat(taken);
  }
  // What is left goes back as it came, and a header takes nothing else than this.
  const rest = pairs.filter((pair) => !pair.kind && pair.text.search(/^[!-~]+$/) === 0).map((pair) => pair.text);
  // The path is one of a document: it begins with one slash, so that it leads nowhere else.
  const location = rest.length > 0 ? `${link.path}?${rest.join('&')}` : link.path;
  return { status: 303, headers: { Location: location, 'Cache-Control': 'no-store' }, cookies, body: '' };
}

interface Parameter {
  /** Undefined where it is none of ours. */
  readonly kind: Grant['kind'] | undefined;
  readonly value: string;
  /** As it was sent. */
  readonly text: string;
}

function parameterOf(text: string): Parameter {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const kind = kinds.find((one) => grantParameter(one) === name);
  return { kind, value: at < 0 ? '' : decoded(text.slice(at + 1)), text };
}

/** What is not encoded properly stays as it is, and is nobody's. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Cookies, or why there are none. */
async function taking(link: GrantLink, kind: Grant['kind'], token: string): Promise<readonly string[] | string> {
  if (token === 'off') return endings(link, kind);
  const signer = link.trust.signer;
  const nowS = link.trust.nowS;
  if (!signer || signer.keys().length === 0) return 'This platform has no keys, so that it grants nothing by link.';
  const read = readGrant(signer, { kind, token, nowS });
  if (read.kind === 'expired') return 'This link has expired. Ask whoever sent it for a new one.';
  if (read.kind === 'forged') {
    return 'This link is not one of this platform: it was changed on the way, or made for another app.';
  }
  const missing = await notThere(link, read.grant);
  return missing || [cookieFor(link, { name: grantCookie(read.grant), value: token, maxAgeS: read.untilS - nowS })];
}

async function notThere(link: GrantLink, grant: Grant): Promise<string | undefined> {
  if (grant.kind !== 'preview') return undefined;
  if (!link.hasApp(grant.app)) return `There is no app "${grant.app}" on this platform.`;
  const isThere = await link.isPublished(grant.app, grant.version);
  return isThere
    ? undefined
    : `"${grant.app}" ${grant.version} is not here any more: it was removed, or never published.`;
}

/** The cookies that end all grants of a kind. Their names come from the request, and only well-formed ones go back. */
function endings(link: GrantLink, kind: Grant['kind']): readonly string[] {
  const prefix = `${grantParameter(kind)}_`;
  const isWhole = kind === 'preview' ? parseAppId : isAudience;
  const names = cookiePairs(link.cookies).map((pair) => pair.name);
  return names
    .filter((name, i) => name.startsWith(prefix) && isWhole(name.slice(prefix.length)) && names.indexOf(name) === i)
    .slice(0, most)
    .map((name) => cookieFor(link, { name, value: '', maxAgeS: 0 }));
}

function cookieFor(
  link: GrantLink,
  cookie: { readonly name: string; readonly value: string; readonly maxAgeS: number },
): string {
  const lasts = `Path=/; Max-Age=${String(cookie.maxAgeS)}; HttpOnly; SameSite=Lax`;
  return `${cookie.name}=${cookie.value}; ${lasts}${link.trust.rules.secure ? '; Secure' : ''}`;
}
