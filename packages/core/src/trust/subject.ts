import { unquoted } from '../assignment/cookies.js';
import { cookiePairs, type CookiePair } from './cookie-pairs.js';
import type { Signer } from './signature.js';
import { sign, verify } from './signature.js';
import type { VisitorRules } from './visitors.js';
import { isAllowedId } from './visitors.js';

// Part of the CloudFront Function and of nginx's edge: see choose-version.ts of packages/edge on how it is written.

/** The device's id, readable by the page: it decides with it. */
export const subjectCookie = 'sluice_id';
/** The edge's signature of it, which no script can read. */
export const signatureCookie = 'sluice_sig';

/** How long a signed subject is believed without asking the edge for a page: 30 days. */
export const subjectSignedS = 2_592_000;

export interface VisitingSubject {
  /** Undefined where there is no id that is well-formed. */
  readonly subject: string | undefined;
  /** `fresh`: signed by the edge · `due`: the same, and to be signed anew · `none`: anybody may have chosen it. */
  readonly signature: 'fresh' | 'due' | 'none';
}

interface Asked {
  readonly cookies: string | undefined;
  readonly nowS: number;
  /** Absent: any id is one. */
  readonly rules?: VisitorRules | undefined;
}

/** More are never looked at: a request with a thousand cookies costs no more than one with a few. */
const most = 4;

/**
 * Who asks. Where a foreign cookie of the same name stands before ours (a neighbour domain can put it there), the one
 * that the edge has signed wins.
 */
export function subjectOf(signer: Signer | undefined, asked: Asked): VisitingSubject {
  const pairs = cookiePairs(asked.cookies);
  const rules = asked.rules || {};
  const subjects = named(pairs, subjectCookie).filter((text) => isSubject(text) && isAllowedId(rules, text));
  const signatures = named(pairs, signatureCookie);
  const signed = signer && signedOne(signer, { subjects, signatures, nowS: asked.nowS });
  return signed || { subject: subjects[0], signature: 'none' };
}

function signedOne(
  signer: Signer,
  asked: { readonly subjects: readonly string[]; readonly signatures: readonly string[]; readonly nowS: number },
): VisitingSubject | undefined {
  for (let i = 0; i < asked.signatures.length; i += 1) {
    for (let j = 0; j < asked.subjects.length; j += 1) {
      const subject = asked.subjects[j] as string;
      const signature = asked.signatures[i] as string;
      const state = signatureState(signer, { subject, signature, nowS: asked.nowS });
      if (state !== 'none') return { subject, signature: state };
    }
  }
  return undefined;
}

function named(pairs: readonly CookiePair[], name: string): readonly string[] {
  const found = pairs.filter((pair) => pair.name === name).slice(0, most);
  return found.map((pair) => unquoted(pair.value));
}

function isSubject(text: string): boolean {
  return text.search(/^[\w-]{1,64}$/) === 0;
}

/** What a signature says of a subject. */
export function signatureState(
  signer: Signer,
  asked: { readonly subject: string; readonly signature: string; readonly nowS: number },
): VisitingSubject['signature'] {
  const nowS = asked.nowS;
  const signed = verify(signer, { purpose: 'subject', text: asked.subject, signature: asked.signature, nowS });
  if (signed.kind !== 'valid') return 'none';
  return signed.newest && signed.untilS - nowS >= subjectSignedS / 2 ? 'fresh' : 'due';
}

/**
 * When a subject is signed. Many share a coarse one: they share the signature's end as well, or the two together would tell
 * them apart.
 */
export function signedAtS(rules: VisitorRules, nowS: number): number {
  return rules.identity ? nowS - (nowS % (subjectSignedS / 2)) : nowS;
}

/** The value of {@link signatureCookie} for a subject; undefined where there is no key. */
export function signSubject(signer: Signer, subject: string, nowS: number): string | undefined {
  return sign(signer, { purpose: 'subject', text: subject, untilS: nowS + subjectSignedS });
}
