import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAppId, parseVersionId } from '../ids.js';
import { grantCookie, grantToken, grantsOf, previewOf, readGrant, type Grant } from './grant.js';
import { sign, verify, type Signer, type SigningKey } from './signature.js';
import { signSubject, subjectOf, subjectSignedS } from './subject.js';

const mac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
const signerOf = (...keys: SigningKey[]): Signer => ({ keys: () => keys, mac });
const one = { id: 'k1', secret: 'first' };
const two = { id: 'k2', secret: 'second' };
const signer = signerOf(one);
const nowS = 1_800_000_000;
const preview = (app: string, version: string): Grant => ({
  kind: 'preview',
  app: parseAppId(app) ?? wrong(),
  version: parseVersionId(version) ?? wrong(),
});
const staff: Grant = { kind: 'audience', audience: 'staff' };
function wrong(): never {
  throw new Error('the test is wrong');
}
const token = (grant: Grant, untilS = nowS + 60): string => grantToken(signer, grant, untilS) ?? wrong();

describe('a signature', () => {
  const signed = { purpose: 'subject', text: 'visitor1', untilS: nowS + 10 } as const;
  const asked = { ...signed, signature: sign(signer, signed) ?? wrong(), nowS };

  it.each([
    ['before its last second', nowS + 9, 'valid'],
    ['at its end', nowS + 10, 'expired'],
    ['long after', nowS + 1000, 'expired'],
  ])('%s', (_when, at, kind) => {
    expect(verify(signer, { ...asked, nowS: at }).kind).toBe(kind);
  });

  it('holds for its text and its purpose only', () => {
    expect(verify(signer, { ...asked, text: 'visitor2' }).kind).toBe('forged');
    expect(verify(signer, { ...asked, purpose: 'preview' }).kind).toBe('forged');
  });

  it('is not made to last by writing a later end into it', () => {
    const [id, until, rest] = asked.signature.split('.');
    const later = `${id ?? ''}.${String(Number(until) + 1)}.${rest ?? ''}`;
    expect(verify(signer, { ...asked, signature: later }).kind).toBe('forged');
  });

  it('outlives a new key, and ends with its own', () => {
    expect(verify(signerOf(two, one), asked)).toMatchObject({ kind: 'valid', newest: false });
    expect(verify(signerOf(two), asked).kind).toBe('forged');
    expect(verify(signerOf(), asked).kind).toBe('forged');
    expect(sign(signerOf(), signed)).toBeUndefined();
  });

  it('is forged after any change', () => {
    fc.assert(
      fc.property(fc.nat(asked.signature.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        const changed = asked.signature.slice(0, at) + letter + asked.signature.slice(at + 1);
        fc.pre(changed !== asked.signature);
        expect(verify(signer, { ...asked, signature: changed }).kind).toBe('forged');
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is forged whatever somebody writes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (signature) => {
        expect(verify(signer, { ...asked, signature }).kind).toBe('forged');
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('the subject of a request', () => {
  const sig = signSubject(signer, 'visitor1', nowS) ?? wrong();
  const subject = (cookies: string | undefined, by: Signer | undefined = signer, at = nowS) =>
    subjectOf(by, { cookies, nowS: at });

  it.each([
    ['no cookie', undefined, { subject: undefined, signature: 'none' }],
    ['an id alone', 'sluice_id=visitor1', { subject: 'visitor1', signature: 'none' }],
    ['an id with its signature', `sluice_id=visitor1; sluice_sig=${sig}`, { subject: 'visitor1', signature: 'fresh' }],
    [
      "another id with one's signature",
      `sluice_id=visitor2; sluice_sig=${sig}`,
      { subject: 'visitor2', signature: 'none' },
    ],
    ['a garbled id', 'sluice_id=a b; sluice_sig=x', { subject: undefined, signature: 'none' }],
    [
      'an id in quotes, which RFC 6265 allows',
      `sluice_id="visitor1"; sluice_sig="${sig}"`,
      { subject: 'visitor1', signature: 'fresh' },
    ],
  ])('%s', (_what, cookies, expected) => {
    expect(subject(cookies)).toEqual(expected);
  });

  it('is the signed one where a neighbour domain has put an id of its own before it', () => {
    const tossed = `sluice_id=chosen; sluice_sig=junk; sluice_id=visitor1; sluice_sig=${sig}`;
    expect(subject(tossed)).toEqual({ subject: 'visitor1', signature: 'fresh' });
  });

  it('is to be signed anew after half of its time, and by a new key', () => {
    const cookies = `sluice_id=visitor1; sluice_sig=${sig}`;
    expect(subject(cookies, signer, nowS + subjectSignedS / 2).signature).toBe('fresh');
    expect(subject(cookies, signer, nowS + subjectSignedS / 2 + 1).signature).toBe('due');
    expect(subject(cookies, signer, nowS + subjectSignedS)).toEqual({ subject: 'visitor1', signature: 'none' });
    expect(subject(cookies, signerOf(two, one)).signature).toBe('due');
  });

  it('costs few macs, however many cookies a request has', () => {
    let macs = 0;
    const counting: Signer = { keys: () => [one], mac: (secret, text) => ((macs += 1), mac(secret, text)) };
    const bad = sig.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const many = Array.from({ length: 100 }, (_, i) => `sluice_id=v${String(i)}; sluice_sig=${bad}`).join('; ');
    subject(many, counting);
    grantsOf(counting, { cookies: `sluice_audience_staff=staff:${bad}; `.repeat(100), nowS });
    expect(macs).toBeLessThanOrEqual(32);
  });
});

describe('a grant', () => {
  it('F6 opens the version of the app that it names, until it expires', () => {
    const link = token(preview('mfe1', 'pr-12-abcd'));
    expect(readGrant(signer, { kind: 'preview', token: link, nowS })).toEqual({
      kind: 'granted',
      grant: preview('mfe1', 'pr-12-abcd'),
      untilS: nowS + 60,
    });
    expect(readGrant(signer, { kind: 'preview', token: link, nowS: nowS + 60 }).kind).toBe('expired');
  });

  it.each([
    ['for another app', (link: string) => link.replace('mfe1', 'mfe2')],
    ['for another version', (link: string) => link.replace('pr-12-abcd', 'pr-12-abce')],
    ['for a path', (link: string) => link.replace('pr-12-abcd', '../../secret')],
    ['for no app', (link: string) => link.replace('mfe1', '__proto__')],
    ['with a line break', (link: string) => `${link}\r\nSet-Cookie: a=b`],
    ['without a signature', (link: string) => link.slice(0, link.lastIndexOf(':'))],
    ['with nothing in it', () => ''],
  ])('F6 used again %s is forged', (_what, change) => {
    const changed = change(token(preview('mfe1', 'pr-12-abcd')));
    expect(readGrant(signer, { kind: 'preview', token: changed, nowS }).kind).toBe('forged');
  });

  it('for an audience is none for a preview', () => {
    expect(readGrant(signer, { kind: 'preview', token: token(staff), nowS }).kind).toBe('forged');
    expect(readGrant(signer, { kind: 'audience', token: token(staff), nowS }).kind).toBe('granted');
  });

  it('counts from its own cookie only, and a forged one beside it changes nothing', () => {
    const own = preview('mfe1', 'pr-12-abcd');
    const other = preview('mfe2', 'pr-12-abcd');
    const cookies = [
      'sluice_preview_mfe1=mfe1:v0.0.1:k1.99999999999.' + 'A'.repeat(43),
      `sluice_preview_mfe2=${token(own)}`,
      `${grantCookie(own)}=${token(own)}`,
      `${grantCookie(staff)}=${token(staff)}`,
      `${grantCookie(other)}=${token(other, nowS)}`,
    ].join('; ');
    const grants = grantsOf(signer, { cookies, nowS });
    expect(grants).toEqual([own, staff]);
    expect([previewOf('mfe1', grants), previewOf('mfe2', grants)]).toEqual(['pr-12-abcd', undefined]);
    expect(grantsOf(undefined, { cookies, nowS })).toEqual([]);
  });
});
