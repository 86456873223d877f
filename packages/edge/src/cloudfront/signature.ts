import type { Signer } from '@sluice/core';
import { edgeKeysPlace, readEdgeKeys, signatureState, signSubject } from '@sluice/core';

// Part of the CloudFront Function for viewer-response. See choose-version.ts on how it is written.
declare const cf: { kvs(): { get(key: string): Promise<string> } };
declare const crypto: {
  createHmac(hash: 'sha256', secret: string): { update(text: string): { digest(encoding: 'base64url'): string } };
};

/** Signs and verifies by the keys of the key-value store; without keys where there are none, or they cannot be had. */
export async function storedSigner(): Promise<Signer> {
  let entry = '';
  try {
    entry = await cf.kvs().get(edgeKeysPlace);
  } catch {
    // Nobody is signed then, and the page comes all the same.
  }
  const keys = readEdgeKeys(entry);
  return { keys: () => keys, mac };
}

/** The visitor's id, signed as the Node edge signs it; undefined where that is not due yet, and where there is no key. */
export function signatureFor(signer: Signer, subject: string, present: string | undefined): string | undefined {
  const nowS = Math.floor(Date.now() / 1000);
  const state = signatureState(signer, { subject, signature: present || '', nowS });
  return state === 'fresh' ? undefined : signSubject(signer, subject, nowS);
}

function mac(secret: string, text: string): string {
  return crypto.createHmac('sha256', secret).update(text).digest('base64url');
}
