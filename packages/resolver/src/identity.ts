/**
 * Who is assigned, where it is not the device by an id of 128 bits.
 *
 *   import { getResolver } from '@sluice/resolver';
 *   import { coarseId } from '@sluice/resolver/identity';
 *   getResolver({ subject: coarseId }); // a number below 100,000 that identifies nobody
 */
import { cookie } from './cookie.js';
import { deviceId } from './subject.js';

/** A number below 100,000 in the cookie `sluice_id`; an id of a device that is there already gives way to it. */
export function coarseId(): string | undefined {
  const newId = (): string => String(Math.floor(Math.random() * 100_000));
  if (cookie('sluice_id')?.[5]) document.cookie = 'sluice_id=;Path=/;Max-Age=0';
  return deviceId(newId);
}

/**
 * Says whether the visitor agrees to an id and to telemetry: for half a year, in a cookie that edges read as well. Who does not
 * agree loses the id at once, and its signature, which no script can reach, with the next page of the edge.
 */
export function setConsent(given: boolean): void {
  try {
    document.cookie = `sluice_consent=${given};Path=/;Max-Age=15552000;SameSite=Lax`;
    if (!given) document.cookie = 'sluice_id=;Path=/;Max-Age=0';
  } catch {
    // A page in a sandbox has no cookies, and no id either.
  }
}

/** What the visitor said last; undefined where nobody asked, or where cookies are blocked. */
export function consentGiven(): boolean | undefined {
  const said = cookie('sluice_consent');
  return said === 'true' || (said === 'false' ? false : undefined);
}
