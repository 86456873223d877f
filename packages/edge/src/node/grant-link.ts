import type { ServerResponse } from 'node:http';
import type { AppId, AppPlace, Grant, ReadGrant, Signer, VersionId } from '@sluice/core';
import { grantCookie, grantParameter, parseAppId, readGrant } from '@sluice/core';

/** A request for a page whose address may carry grants: `/?sluice_preview=…`. */
export interface GrantLink {
  readonly path: string;
  readonly query: string;
  readonly cookies: string | undefined;
  readonly response: ServerResponse;
  readonly signer: Signer | undefined;
  readonly nowS: number;
  readonly secure: boolean;
  readonly placeOf: (app: AppId) => AppPlace | undefined;
  readonly isPublished: (place: AppPlace, version: VersionId) => Promise<boolean>;
}

const kinds = ['preview', 'audience'] as const;
/** More in one link are never looked at. */
const most = 8;

/**
 * Takes the grants of a link into cookies and sends the browser to the same page without them; a link that grants
 * nothing gets a page that says why. False where the address has none.
 */
export async function answerGrantLink(link: GrantLink): Promise<boolean> {
  const query = new URLSearchParams(link.query);
  const asked = kinds.flatMap((kind) => query.getAll(grantParameter(kind)).map((token) => ({ kind, token })));
  if (asked.length === 0) return false;
  const cookies: string[] = [];
  for (const { kind, token } of asked.slice(0, most)) {
    if (token === 'off') cookies.push(...endings(link, kind));
    else {
      const taken = await take(link, kind, token);
      if ('refusal' in taken) return refuse(link.response, taken.refusal);
      cookies.push(taken.cookie);
    }
  }
  for (const kind of kinds) query.delete(grantParameter(kind));
  const rest = query.toString();
  // The path is one of a document: it begins with one slash, so that it leads nowhere else.
  const location = rest === '' ? link.path : `${link.path}?${rest}`;
  link.response.writeHead(303, { Location: location, 'Set-Cookie': cookies, 'Cache-Control': 'no-store' });
  link.response.end();
  return true;
}

type Taken = { readonly cookie: string } | { readonly refusal: string };

async function take(link: GrantLink, kind: Grant['kind'], token: string): Promise<Taken> {
  const { signer, nowS } = link;
  if (signer === undefined) return { refusal: 'This platform has no keys, so that it grants nothing by link.' };
  const read = readGrant(signer, { kind, token, nowS });
  if (read.kind !== 'granted') return { refusal: refusals[read.kind] };
  const missing = await notThere(link, read.grant);
  if (missing !== undefined) return { refusal: missing };
  return { cookie: cookieOf(link, { name: grantCookie(read.grant), value: token, maxAgeS: read.untilS - nowS }) };
}

const refusals: Readonly<Record<Exclude<ReadGrant['kind'], 'granted'>, string>> = {
  expired: 'This link has expired. Ask whoever sent it for a new one.',
  forged: 'This link is not one of this platform: it was changed on the way, or made for another app.',
};

async function notThere(link: GrantLink, grant: Grant): Promise<string | undefined> {
  if (grant.kind !== 'preview') return undefined;
  const place = link.placeOf(grant.app);
  if (place === undefined) return `There is no app "${grant.app}" on this platform.`;
  if (await link.isPublished(place, grant.version)) return undefined;
  return `"${grant.app}" ${grant.version} is not here any more: it was removed, or never published.`;
}

/** The cookies that end all grants of a kind. Their names come from the request, and only well-formed ones go back. */
function endings(link: GrantLink, kind: Grant['kind']): readonly string[] {
  const prefix = `${grantParameter(kind)}_`;
  const names = (link.cookies ?? '').split(';').map((pair) => pair.split('=')[0]?.trim() ?? '');
  return [...new Set(names)]
    .filter((name) => name.startsWith(prefix) && parseAppId(name.slice(prefix.length)) !== undefined)
    .slice(0, most)
    .map((name) => cookieOf(link, { name, value: '', maxAgeS: 0 }));
}

function cookieOf(
  { secure }: GrantLink,
  cookie: { readonly name: string; readonly value: string; readonly maxAgeS: number },
): string {
  const { name, value, maxAgeS } = cookie;
  return `${name}=${value}; Path=/; Max-Age=${String(maxAgeS)}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

function refuse(response: ServerResponse, why: string): true {
  response.writeHead(403, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
  });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>This link opens nothing</title>
<h1>This link opens nothing</h1>
<p>${escaped(why)}
<p><a href="/">Go to the start page</a>, which shows what everybody gets.
</html>
`);
  return true;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
