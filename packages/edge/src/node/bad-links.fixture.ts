import { parseAppId, parseVersionId, type Grant } from '@sluice/core';

// What grants nothing, at whichever edge that verifies links.

function fail(): never {
  throw new Error('the test is wrong');
}

export function aPreview(app: string, version: string): Grant {
  return { kind: 'preview', app: parseAppId(app) ?? fail(), version: parseVersionId(version) ?? fail() };
}

export const staff: Grant = { kind: 'audience', audience: 'staff' };

/** A token of a key that the edge has, for so many seconds. */
export type MakeToken = (grant: Grant, forS?: number) => string;
type Make = (token: MakeToken) => string;

const own = aPreview('mfe1', 'pr-12-abcd');
const outsider = `k1.99999999999.${'A'.repeat(43)}`;

/** Values of `?sluice_preview=`. */
export const badLinks: readonly (readonly [what: string, link: Make, says: RegExp])[] = [
  ['forged', (token) => token(own).replace('mfe1', 'mfe2'), /changed on the way/],
  ['cut off', (token) => token(own).slice(0, -1), /changed on the way/],
  ['garbage', () => 'garbage', /changed on the way/],
  ['empty', () => '', /changed on the way/],
  ['expired', (token) => token(own, 0), /has expired/],
  ['for an audience', (token) => token(staff), /changed on the way/],
  ['for a version that it was not made for', (token) => token(own).replace('pr-12', 'pr-13'), /changed on the way/],
  ['of nobody with a key', () => `mfe1:pr-12-abcd:${outsider}`, /changed on the way/],
  ['more than a link', (token) => `${token(own)}\r\nSet-Cookie: evil=1`, /changed on the way/],
  ['a name of every object', () => `__proto__:v1.0.0:${outsider}`, /changed on the way/],
];

/** Cookies that open no file of mfe1 pr-12-abcd, and are told to no page. */
export const badCookies: readonly (readonly [what: string, cookie: Make])[] = [
  ['none', () => ''],
  ["another app's, under this one's name", (token) => `sluice_preview_mfe1=${token(aPreview('mfe2', 'pr-12-abcd'))}`],
  ["its own, under another app's name", (token) => `sluice_preview_mfe2=${token(own)}`],
  ['its own, under no app', (token) => `sluice_preview=${token(own)}`],
  ['its own, as an audience', (token) => `sluice_audience_mfe1=${token(own)}`],
  ['cut off', (token) => `sluice_preview_mfe1=${token(own).slice(0, -1)}`],
  ['expired', (token) => `sluice_preview_mfe1=${token(own, 0)}`],
  ['of another version', (token) => `sluice_preview_mfe1=${token(own).replace('pr-12-abcd', 'pr-12-abce')}`],
  ['of nobody with a key', () => `sluice_preview_mfe1=mfe1:pr-12-abcd:${outsider}`],
  ['without a signature', () => 'sluice_preview_mfe1=mfe1:pr-12-abcd'],
  ['oversized', (token) => `sluice_preview_mfe1=${token(own)}${'x'.repeat(5000)}`],
  ['a header', () => `sluice_preview_mfe1=mfe1:pr-12-abcd" x;desc="staff:${outsider}`],
];
