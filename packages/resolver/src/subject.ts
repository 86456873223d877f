import { cookie } from './cookie.js';

/** The device's id: the cookie `sluice_id`, set by the edge, else here. Undefined where cookies are blocked. */
export function deviceId(newId = randomId): string | undefined {
  try {
    if (!cookie('sluice_id')) document.cookie = `sluice_id=${newId()};Path=/;Max-Age=31536000;SameSite=Lax`;
  } catch {
    // A page in a sandbox has no cookies.
  }
  return cookie('sluice_id');
}

/** 128 random bits; `crypto.randomUUID` is missing on plain HTTP. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
