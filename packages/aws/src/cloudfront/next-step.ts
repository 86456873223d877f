import type { VersionId } from '@sluice/core';
import type { Wanted } from './wanted.js';

/** One of the two distributions. */
export interface Side {
  readonly id: string;
  readonly version: VersionId | undefined;
  /** All of CloudFront has its configuration. */
  readonly deployed: boolean;
}

/** What is there now. */
export interface Seen {
  readonly primary: Side & { readonly policyId: string | undefined; readonly http3: boolean };
  readonly staging: Side | undefined;
  readonly policy:
    | {
        readonly id: string;
        readonly enabled: boolean;
        /** Null: only requests with our header go to staging. */
        readonly weight: number | null;
      }
    | undefined;
}

export type Step =
  | { readonly kind: 'done' }
  /** CloudFront still deploys what was asked for; the next tick goes on. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'refuse-http3' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'set-primary'; readonly version: VersionId }
  | { readonly kind: 'copy' }
  | { readonly kind: 'set-staging'; readonly version: VersionId }
  | { readonly kind: 'create-policy' }
  | { readonly kind: 'attach' }
  /** The policy is enabled for our header alone. */
  | { readonly kind: 'aim' }
  /** A request with our header must come from the canary; then the weight is set. */
  | { readonly kind: 'try-and-weigh'; readonly weight: number; readonly version: VersionId }
  | { readonly kind: 'weigh'; readonly weight: number }
  | { readonly kind: 'promote' };

/**
 * The next thing to do to get from what is there to what is wanted. Nothing else is remembered, so that whoever comes
 * after a crash at any step goes on with the next one.
 */
export function nextStep(seen: Seen, wanted: Wanted): Step {
  switch (wanted.kind) {
    case 'stable':
      return alone(seen, wanted.stable);
    case 'all':
      return canPromote(seen, wanted.canary) ? promotion(seen) : alone(seen, wanted.canary);
    case 'share':
      return share(seen, wanted);
  }
}

/** Everybody gets one version from the primary distribution. First nobody is sent elsewhere any more. */
function alone({ primary, policy }: Seen, version: VersionId): Step {
  if (policy?.enabled === true) return { kind: 'stop' };
  if (primary.version !== version) return { kind: 'set-primary', version };
  return primary.deployed ? { kind: 'done' } : { kind: 'wait' };
}

function canPromote({ primary, staging, policy }: Seen, canary: VersionId): boolean {
  const attached = policy?.enabled === true && policy.id === primary.policyId;
  return primary.version !== canary && staging?.version === canary && attached;
}

/** Refused by CloudFront while one of the two is being deployed. */
function promotion({ primary, staging }: Seen): Step {
  return primary.deployed && staging?.deployed === true ? { kind: 'promote' } : { kind: 'wait' };
}

function share(seen: Seen, wanted: Extract<Wanted, { kind: 'share' }>): Step {
  const { primary, staging, policy } = seen;
  const { stable, canary, weight } = wanted;
  if (primary.http3) return { kind: 'refuse-http3' };
  if (primary.version !== stable) return alone(seen, stable);
  if (staging === undefined) return { kind: 'copy' };
  if (staging.version !== canary) {
    return policy?.enabled === true ? { kind: 'stop' } : { kind: 'set-staging', version: canary };
  }
  if (policy === undefined) return { kind: 'create-policy' };
  if (primary.policyId !== policy.id) return { kind: 'attach' };
  if (!policy.enabled) return { kind: 'aim' };
  if (!primary.deployed || !staging.deployed) return { kind: 'wait' };
  if (policy.weight === null) return { kind: 'try-and-weigh', weight, version: canary };
  return policy.weight === weight ? { kind: 'done' } : { kind: 'weigh', weight };
}
