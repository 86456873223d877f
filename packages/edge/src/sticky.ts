import type { Decision, Pointer } from '@sluice/core';
import { weightBpOf } from '@sluice/core';

/** How long the brief's cookie `<app>-version` lasts, in seconds. */
export const stickySeconds = 3600;

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
}): { readonly version: string; readonly set: boolean } {
  const { decision, pointer } = input;
  const wanted = input.cookie;
  if (wanted === undefined) return { version: decision.version, set: decision.reason !== 'override' };
  if (decision.reason === 'override') return { version: decision.version, set: false };
  const within = decision.bucket !== undefined && decision.bucket < weightBpOf(pointer.canaryPercent);
  const honoured = wanted === pointer.version || (wanted === pointer.canaryVersion && within);
  return honoured ? { version: wanted, set: false } : { version: decision.version, set: true };
}
