import { grantToken, parseAppId, parseVersionId, signSubject, type Grant, type Signer } from '@sluice/core';

/** What strangers send to leave their place; every edge refuses each. The path is as it stands in the request line. */
export const wrongPaths: readonly string[] = [
  '/mfe1/%2e%2e/sluice-store.json',
  '/mfe1/%2E%2E/sluice-store.json',
  '/mfe1/v1.0.0/..%2f..%2fsluice-store.json',
  '/mfe1/v1.0.0/%2e%2e%2f%2e%2e%2fsluice-store.json',
  '/mfe1/v1.0.0/%252e%252e/sluice-store.json',
  '/mfe1/v1.0.0/..%5c..%5csluice-store.json',
  '/mfe1//app.js',
  '/mfe1/v1.0.0//app.js',
  '/mfe1/v1.0.0/.hidden',
  '/mfe1/.git/config',
  '/mfe1/v1.0.0/app.js%00.html',
  '/mfe1/%00',
  '/mfe1/%7f',
  '/mfe1/%ff%fe',
  '/mfe1/%c0%ae%c0%ae/sluice-store.json',
  '/mfe1/%ed%a0%80',
  '/mfe1/a%0d%0aSet-Cookie:%20evil=1',
  '/mfe1/%0aSet-Cookie:%20evil=1',
  '/%zz',
  '/mfe1/%',
];

/** Apps that every object has, and what lies beside versions: there is nothing, also for who wants a page. */
export const nothingThere: readonly string[] = [
  '/__proto__/app.js',
  '/constructor/app.js',
  '/toString/app.js',
  '/hasOwnProperty/v1.0.0/app.js',
  '/__proto__/v1.0.0/app.js',
  '/__proto__/active-version.json',
  '/sluice-store.json',
  '/mfe9/app.js',
  '/groups/g.json',
  '/platform.json',
  '/mfe1/v1.0.0/',
  '/mfe1/',
];

/** Spellings of a preview's file: whoever has no link gets it by none of them. */
export const previewPaths: readonly string[] = [
  '/mfe1/pr-7-abcd/app.js',
  '/mfe1/pr-7-abcd/app.js?x=/mfe1/v1.0.0/app.js',
  '/mfe1/pr-7-abcd/app.js.gz',
  '/mfe1/pr-7-abcd/pr-7-abcd/../app.js',
  '/mfe1/%70r-7-abcd/app.js',
  '/mfe1/pr%2d7-abcd/%61pp.js',
  '/%6dfe1/pr-7-abcd/app.js',
  '/MFE1/pr-7-abcd/app.js',
  '//mfe1/pr-7-abcd/app.js',
  '/mfe1//pr-7-abcd/app.js',
  '/mfe1/./pr-7-abcd/app.js',
  '/x/../mfe1/pr-7-abcd/app.js',
  '/mfe1/v1.0.0/../pr-7-abcd/app.js',
  '/mfe1/v1.0.0/%2e%2e/pr-7-abcd/app.js',
  '/mfe1/v1.0.0/..%2fpr-7-abcd/app.js',
  '/mfe1/v1.0.0/%2e%2e%2fpr-7-abcd%2fapp.js',
  '/mfe1/pr-7-abcd\\app.js',
  '/sluice/files/mfe1/pr-7-abcd/app.js',
  '/sluice%2ffiles/mfe1/pr-7-abcd/app.js',
  'http://x/mfe1/pr-7-abcd/app.js',
];

/** Cookies that nobody believes: the visitor is a new one, and nothing of them goes back. */
export const wrongCookies: readonly string[] = [
  'sluice_id=a"evil',
  'sluice_id=evil%0d%0aSet-Cookie:evil=1',
  'sluice_id=<script>evil</script>',
  `sluice_id=${'evil'.repeat(17)}`,
  'sluice_id="evil evil"',
  'sluice_id=../../evil',
  '__proto__=evil; constructor=evil; toString=evil; sluice_id',
  '=evil; ; ;;=; sluice_id=',
  'sluice_override=__proto__:evil; canary=evil',
  `x=${'evil'.repeat(300)}`,
];

const wrong = (): never => {
  throw new Error('the test is wrong');
};

export const preview = (app: string, version: string): Grant => ({
  kind: 'preview',
  app: parseAppId(app) ?? wrong(),
  version: parseVersionId(version) ?? wrong(),
});
export const staff: Grant = { kind: 'audience', audience: 'staff' };

/** A token of a link, for an hour or until long ago. */
export function tokenOf(signer: Signer, grant: Grant, forS = 3600): string {
  return grantToken(signer, grant, Math.floor(Date.now() / 1000) + forS) ?? wrong();
}

/** By the platform's keys, and by those of another one. */
export interface Signers {
  readonly own: Signer;
  readonly foreign: Signer;
}

/** What a signature looks like, by nobody. */
const madeUp = `k1.99999999999.${'A'.repeat(43)}`;

/** Somebody else's, or nobody's: what there is in the place of a token for the preview of mfe1 or for the audience. */
const wrongTokens: Readonly<Record<string, (by: Signers) => string>> = {
  nothing: () => '',
  garbage: () => 'garbage',
  'the plain name of a version': () => 'mfe1:pr-7-abcd',
  'the plain name of an audience': () => 'staff',
  'a signature that somebody made up': () => `mfe1:pr-7-abcd:${madeUp}`,
  'a token by the key of another platform': ({ foreign }) => tokenOf(foreign, preview('mfe1', 'pr-7-abcd')),
  'one by that key with the id of ours': ({ own, foreign }) => {
    const id = own.keys()[0]?.id ?? wrong();
    return tokenOf({ ...foreign, keys: () => [{ id, secret: foreign.keys()[0]?.secret ?? '' }] }, staff);
  },
  'one that has expired': ({ own }) => tokenOf(own, preview('mfe1', 'pr-7-abcd'), 0),
  'one whose end was written anew': ({ own }) =>
    tokenOf(own, preview('mfe1', 'pr-7-abcd'), 0).replace(/\.(\d)(\d+)\./, '.$1$2$1.'),
  'one that is for another app': ({ own }) => tokenOf(own, preview('shell', 'v1.1.0')).replace('shell', 'mfe1'),
  'one that is for another version': ({ own }) =>
    tokenOf(own, preview('mfe1', 'v1.1.0')).replace('v1.1.0', 'pr-7-abcd'),
  'one that is for another audience': ({ own }) =>
    tokenOf(own, { kind: 'audience', audience: 'guests' }).replace('guests', 'staff'),
  "a visitor's signature": ({ own }) => `mfe1:pr-7-abcd:${signSubject(own, 'mfe1:pr-7-abcd', 1e10) ?? wrong()}`,
  'one with something after it': ({ own }) => `${tokenOf(own, preview('mfe1', 'pr-7-abcd'))}x`,
  'one without its last letter': ({ own }) => tokenOf(own, staff).slice(0, -1),
  'an audience that every object has': ({ own }) => tokenOf(own, staff).replace('staff', '__proto__'),
  'an app that every object has': () => `__proto__:v1.0.0:${madeUp}`,
};

/** Cookies that grant nothing. */
export const wrongGrants: readonly (readonly [what: string, cookie: (by: Signers) => string])[] = [
  ...Object.entries(wrongTokens).map(
    ([what, token]) =>
      [what, (by: Signers) => `sluice_preview_mfe1=${token(by)}; sluice_audience_staff=${token(by)}`] as const,
  ),
  [
    'a token in the cookie of another app',
    ({ own }) => `sluice_preview_shell=${tokenOf(own, preview('mfe1', 'pr-7-abcd'))}`,
  ],
  ['a token in the cookie of another audience', ({ own }) => `sluice_audience_guests=${tokenOf(own, staff)}`],
  ["an audience's token as a preview's", ({ own }) => `sluice_preview_staff=${tokenOf(own, staff)}`],
  [
    "a preview's token as an audience's",
    ({ own }) => `sluice_audience_mfe1=${tokenOf(own, preview('mfe1', 'pr-7-abcd'))}`,
  ],
  [
    'an oversized token',
    ({ own }) => `sluice_preview_mfe1=${tokenOf(own, preview('mfe1', 'pr-7-abcd'))}${'x'.repeat(5000)}`,
  ],
  ['what would be a header', () => `sluice_preview_mfe1=mfe1:pr-7-abcd" x;desc="staff:${madeUp}`],
  ['an override', () => 'sluice_override=mfe1:pr-7-abcd; sluice_audience=staff; mfe1-version=pr-7-abcd'],
  ['a link that was not opened', ({ own }) => `sluice_preview=${tokenOf(own, preview('mfe1', 'pr-7-abcd'))}`],
];

/** Links that grant nothing. */
export const wrongLinks: readonly (readonly [what: string, query: (by: Signers) => string])[] = [
  ...Object.entries(wrongTokens).flatMap(([what, token]) => [
    [`a preview by ${what}`, (by: Signers) => `sluice_preview=${token(by)}`] as const,
    [`an audience by ${what}`, (by: Signers) => `sluice_audience=${token(by)}`] as const,
  ]),
  ['a header', ({ own }) => `sluice_preview=${tokenOf(own, staff)}%0d%0aSet-Cookie:%20evil=1`],
  ['what is encoded badly', () => 'sluice_preview=%zz%ff'],
  ['a good one and a bad one', ({ own }) => `sluice_audience=${tokenOf(own, staff)}&sluice_preview=evil`],
];

/** Links that grant what is not there: for edges that can look. */
export const missingPreviews: typeof wrongLinks = [
  ['a preview that is not there', ({ own }) => `sluice_preview=${tokenOf(own, preview('mfe1', 'pr-99-abcd'))}`],
  [
    'a preview of an app that is not there',
    ({ own }) => `sluice_preview=${tokenOf(own, preview('mfe9', 'pr-7-abcd'))}`,
  ],
];

/** Signatures that are none of the visitor `known`. */
export const wrongSignatures: readonly (readonly [what: string, value: (by: Signers) => string])[] = [
  ['made up', () => madeUp],
  ['of another visitor', ({ own }) => signSubject(own, 'other', Math.floor(Date.now() / 1000)) ?? wrong()],
  ['by another platform', ({ foreign }) => signSubject(foreign, 'known', Math.floor(Date.now() / 1000)) ?? wrong()],
  ['that has expired', ({ own }) => signSubject(own, 'known', 0) ?? wrong()],
  ['of a link', ({ own }) => tokenOf(own, staff).replace('staff:', '')],
  ['without an end', () => 'evil'],
];
