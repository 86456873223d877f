import { cookie } from '@sluice/core';

const oneYearS = 31_536_000;

/** The device's id: the cookie `sluice_id`, set by the edge, else here. Undefined where cookies are blocked. */
export function subject(): string | undefined {
  try {
    const known = cookie(document.cookie, 'sluice_id');
    if (known !== undefined && /^[\w-]{1,64}$/.test(known)) return known;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    const made = randomId();
    document.cookie = `sluice_id=${made}; Path=/; Max-Age=${oneYearS}; SameSite=Lax${secure}`;
    return cookie(document.cookie, 'sluice_id');
  } catch {
    return undefined;
  }
}

/** 128 random bits as hex; `crypto.randomUUID` is missing on plain HTTP. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
