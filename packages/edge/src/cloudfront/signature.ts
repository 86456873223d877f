import type { SigningKey } from '@sluice/core';
import { signSubject, subjectSignedS } from '@sluice/core';

// Part of the CloudFront Function for viewer-response. See choose-version.ts on how it is written.
declare const cf: { kvs(): { get(key: string): Promise<string> } };
declare const crypto: {
  createHmac(hash: 'sha256', secret: string): { update(text: string): { digest(encoding: 'base64url'): string } };
};

/**
 * The visitor's id, signed as the Node edge signs it; undefined where that is not due yet, and where there is no key. The
 * key is read only for what is due, so that what looks fresh is not verified here: nobody trusts it before ingestion has.
 */
export async function signatureFor(subject: string, present: string | undefined): Promise<string | undefined> {
  const nowS = Math.floor(Date.now() / 1000);
  if (looksFresh(present, nowS)) return undefined;
  try {
    const entry = await cf.kvs().get('sluice');
    const key = JSON.parse(entry) as SigningKey;
    if (key.id.search(/^[a-z0-9]{1,16}$/) !== 0 || key.secret.length < 32) return undefined;
    return signSubject({ keys: () => [key], mac }, subject, nowS);
  } catch {
    return undefined;
  }
}

/** An expiry beyond what any edge gives is nobody's. */
function looksFresh(signature: string | undefined, nowS: number): boolean {
  const found = /^[a-z0-9]{1,16}\.([0-9]{1,11})\.[\w-]{43}$/.exec(signature || '');
  const left = found ? Number(found[1]) - nowS : 0;
  return left >= subjectSignedS / 2 && left <= subjectSignedS;
}

function mac(secret: string, text: string): string {
  return crypto.createHmac('sha256', secret).update(text).digest('base64url');
}
