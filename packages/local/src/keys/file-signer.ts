import { createHmac } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Signer, SigningKey } from '@sluice/core';
import { openKeys, parseKeys, type KeyFile } from './key-file.js';

/** Keys that another process has rotated are used within this time. */
export const keysTakenWithinMs = 2000;

export interface FileSigner extends KeyFile {
  /** 0: whoever verifies for edges that read the file themselves. Default: {@link keysTakenWithinMs}. */
  readonly lookEveryMs?: number;
}

/** HMAC-SHA256 with the keys of a file, which are made where there are none. Throws `keys-unsafe`; the signer never does. */
export async function createFileSigner(at: FileSigner): Promise<Signer> {
  const { lookEveryMs = keysTakenWithinMs } = at;
  let keys: readonly SigningKey[] = await openKeys(at);
  let stamp = stampOf(at.path);
  let lookedMs = at.now();
  return {
    keys: () => {
      const nowMs = at.now();
      if (Math.abs(nowMs - lookedMs) < lookEveryMs) return keys;
      lookedMs = nowMs;
      const seen = stampOf(at.path);
      // A file that is gone or garbled changes nothing: the last good keys are used on, and the next look reads again.
      const fresh = seen === stamp ? undefined : readNow(at.path);
      if (fresh === undefined) return keys;
      stamp = seen;
      return (keys = fresh);
    },
    mac: hmacSha256,
  };
}

/** HMAC-SHA256 (RFC 2104) as base64url. */
export function hmacSha256(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function stampOf(path: string): string {
  try {
    const { ino, mtimeNs } = statSync(path, { bigint: true });
    return `${String(ino)}.${String(mtimeNs)}`;
  } catch {
    return '';
  }
}

function readNow(path: string): readonly SigningKey[] | undefined {
  try {
    return parseKeys(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
