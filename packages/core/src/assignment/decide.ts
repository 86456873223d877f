import type { Pointer } from '../documents/pointer.js';
import { saltOf } from '../documents/pointer.js';
import type { VersionId } from '../ids.js';
import { bucketOf, weightBpOf } from './bucket.js';

export type Arm = 'stable' | 'canary';

/** Why a subject got its version; in the order in which the rules are asked. */
export type Reason =
  | 'no-canary'
  | 'blocked'
  | 'bot'
  | 'override'
  | 'audience'
  | 'allow-list'
  | 'region'
  | 'no-subject'
  | 'bucket'
  | 'error';

export interface DecisionInput {
  readonly app: string;
  readonly pointer: Pointer;
  /** Who is assigned: the value of `sluice_id`. */
  readonly subject?: string | undefined;
  readonly bot?: boolean | undefined;
  readonly override?: Arm | undefined;
  /** Signed audience claims of the subject. */
  readonly claims?: readonly string[] | undefined;
  /** Hashes of the subject and of the application's user id, to be found in `allowList`. */
  readonly hashes?: readonly string[] | undefined;
  readonly region?: string | undefined;
}

export interface Decision {
  readonly version: VersionId;
  readonly arm: Arm;
  readonly reason: Reason;
  /** 0–9999; only where the reason is `bucket`. */
  readonly bucket?: number | undefined;
}

/** Only decisions by bucket are counted, in both arms. */
export function isCounted(decision: Decision): boolean {
  return decision.reason === 'bucket';
}

/** Which version of one app a subject gets, and why. The same function runs in page, edge and ingestion. */
export function decide(input: DecisionInput): Decision {
  const pointer = input.pointer;
  const canary = pointer.canaryVersion;
  const to = (arm: Arm, reason: Reason, bucket?: number): Decision => ({
    version: arm === 'canary' && canary ? canary : pointer.version,
    arm,
    reason,
    bucket,
  });
  const stable = (reason: Reason): Decision => to('stable', reason);
  if (!canary) return stable('no-canary');
  if (pointer.blocked && pointer.blocked.includes(canary)) return stable('blocked');
  if (input.bot) return stable('bot');
  if (input.override) return to(input.override, 'override');
  if (pointer.audience !== undefined) {
    return to(input.claims && input.claims.includes(pointer.audience) ? 'canary' : 'stable', 'audience');
  }
  const allowed = pointer.allowList;
  if (allowed && input.hashes && input.hashes.some((hash) => allowed.includes(hash))) {
    return to('canary', 'allow-list');
  }
  const regions = pointer.enabledRegions;
  // A region that is unknown is none of them.
  if (regions && !regions.includes(input.region as string)) return stable('region');
  if (!input.subject) return stable('no-subject');
  if (![undefined, 'v1'].includes(pointer.assignment)) return stable('error');
  const bucket = bucketOf(saltOf(input.app, pointer), input.subject);
  return to(bucket < weightBpOf(pointer.canaryPercent) ? 'canary' : 'stable', 'bucket', bucket);
}
