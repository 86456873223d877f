/**
 * Who is assigned, where it is not the device by an id of 128 bits.
 *
 *   import { getResolver } from '@sluice/resolver';
 *   import { coarseId } from '@sluice/resolver/identity';
 *   getResolver({ subject: coarseId }); // a number below 100,000 that identifies nobody
 */
import { cookie } from './cookie.js';
import { recall, remember } from './storage.js';
import { deviceId } from './subject.js';

const consentKey = 'sluice_consent';

/** A number below 100,000 in the cookie `sluice_id`; an id of a device that is there already gives way to it. */
export function coarseId(): string | undefined {
  const newId = (): string => String(Math.floor(Math.random() * 100_000));
  if (cookie('sluice_id')?.[5]) document.cookie = 'sluice_id=;Path=/;Max-Age=0';
  return deviceId(newId);
}

/** Says whether the visitor agrees to an id of the device and to telemetry; kept in this browser. */
export function setConsent(given: boolean): void {
  remember(consentKey, given);
}

/** What the visitor said last; undefined where nobody asked, or where storage is blocked. */
export function consentGiven(): boolean | undefined {
  const stored = recall(consentKey);
  return typeof stored === 'boolean' ? stored : undefined;
}
