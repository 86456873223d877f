import { createHash } from 'node:crypto';

/** The value of the cookie `sluice_id`; undefined where there is none that is well-formed. First of that name wins. */
export function subjectOf(cookieHeader: string | undefined): string | undefined {
  for (const pair of (cookieHeader ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== 'sluice_id') continue;
    const value = pair.slice(at + 1).trim();
    return /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined;
  }
  return undefined;
}

/** 48 bits of the subject's hash: enough to count each once, too few to be an identity. */
export function subjectKey(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, 8);
}
