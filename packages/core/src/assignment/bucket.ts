import { murmur3 } from './murmur3.js';

/** A whole number from 0 to 9999. */
export type Bucket = number;

/** Assignment v1: `floor(murmur3(salt + ":" + subject) * 10000 / 2^32)`. Never changes; a new rule would be v2. */
export function bucketOf(salt: string, subject: string): Bucket {
  return Math.floor((murmur3(`${salt}:${subject}`) * 10000) / 4294967296);
}

/** Canary's share in basis points: 0–10000. `canaryPercent` has at most two decimals, so this is exact. */
export function weightBpOf(canaryPercent: number): number {
  return Math.round(canaryPercent * 100);
}
