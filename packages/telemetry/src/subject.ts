import { createHash } from 'node:crypto';
import { cookie } from '@sluice/core';

/** The value of the cookie `sluice_id`; undefined where there is none that is well-formed. */
export function subjectOf(cookieHeader: string | undefined): string | undefined {
  const value = cookie(cookieHeader, 'sluice_id');
  return value !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined;
}

/** 48 bits of the subject's hash: enough to count each once, too few to be an identity. */
export function subjectKey(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, 8);
}
