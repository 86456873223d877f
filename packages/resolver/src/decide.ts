import type { Decision, DecisionInput, Reason } from '@sluice/core';
import { murmur3 } from './murmur3.js';
import type { PagePointer } from './read-pointer.js';

/** Which version of an app this page got, and why. */
export interface PageDecision extends Decision {
  readonly app: string;
  readonly stable: string;
  /** Canary's share in percent. */
  readonly percent: number;
  readonly generation?: number;
  /** What the canary is tried in: the rollout, or where nobody named one the version. */
  readonly trial?: string;
}

export type Visitor = Omit<DecisionInput, 'app' | 'pointer'>;

/** Assignment v1, as core's `bucketOf`. */
export function bucketOf(salt: string, subject: string): number {
  return Math.floor((murmur3(`${salt}:${subject}`) * 1e4) / 2 ** 32);
}

/** Core's `decide` in fewer bytes: the same vectors hold for both. */
export function decide(app: string, pointer: PagePointer, visitor: Visitor): PageDecision {
  const {
    version: stable,
    canaryVersion: canary,
    canaryPercent: percent = 0,
    generation,
    audience,
    enabledRegions,
  } = pointer;
  const { override, subject } = visitor;
  const to = (isCanary: unknown, reason: Reason, bucket?: number): PageDecision =>
    ({
      app,
      stable,
      percent,
      generation,
      trial: pointer.rolloutId ?? canary,
      version: isCanary ? canary : stable,
      arm: isCanary ? 'canary' : 'stable',
      reason,
      bucket,
    }) as PageDecision;
  if (!canary) return to(0, 'no-canary');
  if (pointer.blocked?.includes(canary)) return to(0, 'blocked');
  if (visitor.bot) return to(0, 'bot');
  if (override) return to(override === 'canary', 'override');
  if (audience !== undefined) return to(visitor.claims?.includes(audience), 'audience');
  if (visitor.hashes?.some((hash) => pointer.allowList?.includes(hash))) return to(1, 'allow-list');
  if (enabledRegions && !enabledRegions.includes(visitor.region as string)) return to(0, 'region');
  if (!subject) return to(0, 'no-subject');
  if ((pointer.assignment ?? 'v1') !== 'v1') return to(0, 'error');
  const bucket = bucketOf(pointer.salt ?? `${app}@${canary}`, subject);
  return to(bucket < Math.round(percent * 100), 'bucket', bucket);
}
