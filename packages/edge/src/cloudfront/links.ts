import { verify } from '@sluice/core';
import { hidden, turnInto } from './answer.js';
import type { CloudFrontRequest, CloudFrontResponse, Cookies, Values } from './event.js';
import { settings } from './settings.js';
import type { Verifying } from './stored-signer.js';

// What links grant. Part of the CloudFront Function for viewer-response: see choose-version.ts on how it is written. It has
// no room for core's `readGrant`: what core signs as a preview or an audience is well-formed, and is taken as it is.

/** Parameters of an address: `sluice_preview`; cookies that keep what was in them: `sluice_preview_mfe1`. */
const ours = /^sluice_(preview|audience)(_[a-z][a-z0-9-]*)?$/;
/** More are never looked at. */
const most = 8;

interface Sent {
  readonly name: string;
  readonly value: string;
}

interface Granted {
  /** `mfe1:pr-12-abcd`, `staff`. */
  readonly text: string;
  readonly untilS: number;
  /** Name of the cookie that keeps it. */
  readonly cookie: string;
}

/** What the request's cookies grant: `mfe1:pr-12-abcd`, `staff`. Each must be the cookie of what it grants. */
export function grantsTo(request: CloudFrontRequest, verifying: Verifying): readonly string[] {
  const texts: string[] = [];
  sentIn(request.cookies, isOurs, most).forEach((sent) => {
    const granted = read(sent, verifying);
    if (granted && granted.cookie === sent.name) texts.push(granted.text);
  });
  return texts;
}

/** Whether one of them opens a file of a preview, by the path that was asked for or by the one in the store. */
export function opens(texts: readonly string[], path: string): boolean {
  return texts.some((text) => {
    const parts = text.split(':');
    const prefix = settings.apps[parts[0] as string];
    const folders = [`/${parts[0]}`, prefix && `/${prefix}`];
    return folders.some((folder) => path.startsWith(`${folder}/${parts[1]}/`));
  });
}

/**
 * Takes the grants of a page's address into cookies, and sends the browser to the same page without them; a link that
 * grants nothing gets an answer that says so. False where the address has none.
 */
export function answerLink(response: CloudFrontResponse, request: CloudFrontRequest, verifying: Verifying): boolean {
  const cookies: Cookies = {};
  const links = sentIn(request.querystring, isLink, most);
  const areGood = links.every((link) => {
    const granted = read(link, verifying);
    if (granted) cookies[granted.cookie] = hidden(link.value, granted.untilS - verifying.nowS);
    else if (link.value === 'off') endAll(request, link.name, cookies);
    else return false;
    return true;
  });
  if (!links.length) return false;
  if (areGood) {
    turnInto(response, 302, '');
    response.cookies = cookies;
    const rest = sentIn(request.querystring, (name) => !isLink(name), 999).map((one) => `${one.name}=${one.value}`);
    // A query alone leaves the browser at its path, which nobody has to know here.
    response.headers['location'] = { value: `?${rest.join('&').replace(/[^!-~]/g, '')}` };
  } else turnInto(response, 403, 'This link opens nothing: it has expired, or was changed on the way.');
  return true;
}

function isOurs(name: string): boolean {
  return name.startsWith('sluice_') && name.search(ours) === 0;
}

function isLink(name: string): boolean {
  return name === 'sluice_preview' || name === 'sluice_audience';
}

/** Names come from the request; only well-formed ones go back. */
function endAll(request: CloudFrontRequest, parameter: string, cookies: Cookies): void {
  const isEnded = (name: string): boolean => name.startsWith(`${parameter}_`) && isOurs(name);
  sentIn(request.cookies, isEnded, most).forEach((sent) => {
    cookies[sent.name] = hidden('', 0);
  });
}

/** Undefined where it grants nothing. */
function read(sent: Sent, verifying: Verifying): Granted | undefined {
  const kind = sent.name.split('_')[1] as 'preview' | 'audience';
  const at = sent.value.lastIndexOf(':');
  const text = sent.value.slice(0, at);
  const signature = sent.value.slice(at + 1);
  const signed = verify(verifying.signer, { purpose: kind, text, signature, nowS: verifying.nowS });
  if (signed.kind !== 'valid') return undefined;
  return { text, untilS: signed.untilS, cookie: `sluice_${kind}_${text.split(':')[0]}` };
}

/**
 * So many with such a name, and every value where it was sent more than once; colons are sent as they are, or escaped. What
 * is beyond costs next to nothing, whatever is sent.
 */
function sentIn(values: Values, isWanted: (name: string) => boolean, atMost: number): readonly Sent[] {
  const found: Sent[] = [];
  Object.keys(values)
    .filter(isWanted)
    .forEach((name) => {
      const one = values[name] as NonNullable<Values[string]>;
      (one.multiValue || [one]).forEach((each) => {
        if (found.length < atMost) found.push({ name, value: each.value.replace(/%3a/gi, ':') });
      });
    });
  return found;
}
