import { createHash } from 'node:crypto';

/** 48 bits of the subject's hash: enough to count each once, too few to be an identity. */
export function subjectKey(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, 8);
}
