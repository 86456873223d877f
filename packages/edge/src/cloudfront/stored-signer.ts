import type { Signer } from '@sluice/core';
import { edgeKeysPlace, readEdgeKeys } from '@sluice/core';

// Part of the CloudFront Function for viewer-response. See choose-version.ts on how it is written.
declare const cf: { kvs(): { get(key: string): Promise<string> } };
declare const crypto: {
  createHmac(hash: 'sha256', secret: string): { update(text: string): { digest(encoding: 'base64url'): string } };
};

export interface Verifying {
  readonly signer: Signer;
  readonly nowS: number;
}

/** Signs and verifies by the keys of the key-value store; without keys where there are none, or they cannot be had. */
export async function storedSigner(): Promise<Verifying> {
  let entry = '';
  try {
    entry = await cf.kvs().get(edgeKeysPlace);
  } catch {
    // Nobody is signed then, and no link grants anything; the page comes all the same.
  }
  const keys = readEdgeKeys(entry);
  return { signer: { keys: () => keys, mac }, nowS: Math.floor(Date.now() / 1000) };
}

function mac(secret: string, text: string): string {
  return crypto.createHmac('sha256', secret).update(text).digest('base64url');
}
