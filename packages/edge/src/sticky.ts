import type { Decision, Pointer, VersionId } from '@sluice/core';
import { weightBpOf } from '@sluice/core';

export function stickyName(app: string): string {
  return `${app}-version`;
}

/**
 * The version for an unversioned request: the brief's cookie is honoured if it names stable, or the canary while the
 * subject's bucket is within the weight; overrides come first. `set` tells whether the cookie is to be set.
 */
export function stickyVersion(input: {
  readonly decision: Decision;
  readonly pointer: Pointer;
  readonly cookie: string | undefined;
}): { readonly version: VersionId; readonly set: boolean } {
  const decision = input.decision;
  const pointer = input.pointer;
  const wanted = input.cookie;
  const within = decision.bucket !== undefined && decision.bucket < weightBpOf(pointer.canaryPercent);
  const honoured = wanted === pointer.version || (within && wanted === pointer.canaryVersion);
  const free = decision.reason !== 'override';
  return { version: free && honoured ? (wanted as VersionId) : decision.version, set: free && !honoured };
}
