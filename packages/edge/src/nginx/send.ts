import { signatureCookie } from '@sluice/core';
import type { CloudFrontRequest, CloudFrontResponse } from '../cloudfront/event.js';
import type { Decided } from '../decide-visit.js';
import type { LinkAnswer } from '../trust/grant-link.js';
import type { NginxRequest } from './request.js';

// Answers of nginx. The variables are for `add_header` of the configuration, which leaves out what is empty. Runs in njs: see
// choose-version.ts on how it is written.

const texts: Readonly<Record<string, string>> = {
  '400': 'That is not a path of this platform.',
  '403': 'That is a preview: open it by its link (`sluice preview`).',
  '404': 'There is nothing here.',
  '405': 'Only GET and HEAD are answered here.',
  '503': 'Nothing is deployed here yet, or its pointer cannot be read.',
};

export function refuse(r: NginxRequest, status: number): void {
  r.headersOut['Content-Type'] = 'text/plain; charset=utf-8';
  r.headersOut['Cache-Control'] = 'no-store';
  r.headersOut['X-Content-Type-Options'] = 'nosniff';
  r.return(status, `${texts[String(status)] as string}\n`);
}

/** What a link has opened, or why it opens nothing. */
export function sendLinkAnswer(r: NginxRequest, opened: LinkAnswer): void {
  const names = Object.keys(opened.headers);
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    // `return` takes the address in the place of a body.
    if (name !== 'Location') r.headersOut[name] = opened.headers[name] as string;
  }
  if (opened.cookies.length > 0) r.headersOut['Set-Cookie'] = opened.cookies;
  r.return(opened.status, opened.headers['Location'] || opened.body);
}

/** The headers of what was decided here. */
export function sayDecided(r: NginxRequest, decided: Decided): void {
  const cookie = decided.cookie;
  r.variables['sluice_cache_control'] = decided.cacheControl;
  r.variables['sluice_label'] = decided.label;
  if (cookie) r.variables['sluice_cookie'] = `${cookie.name}=${cookie.value}; ${cookie.attributes}`;
}

/** The headers of what CloudFront's functions have decided. */
export function say(r: NginxRequest, answer: CloudFrontResponse): void {
  const headers = answer.headers as CloudFrontRequest['headers'];
  const decided = headers['cache-control'];
  const label = headers['x-sluice'];
  const verified = headers['server-timing'];
  if (decided) r.variables['sluice_cache_control'] = decided.value;
  if (label) r.variables['sluice_label'] = label.value;
  if (verified) r.variables['sluice_verified'] = verified.value;
  const cookies = answer.cookies || {};
  Object.keys(cookies).forEach((name) => {
    const cookie = cookies[name] as { value: string; attributes?: string };
    const variable = name === signatureCookie ? 'sluice_signature' : 'sluice_cookie';
    r.variables[variable] = `${name}=${cookie.value}; ${String(cookie.attributes)}`;
  });
}

export function sendFile(r: NginxRequest, path: string): void {
  r.internalRedirect(`/sluice/files${path}`);
}
