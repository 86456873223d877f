import type { Pointer } from '@sluice/core';

/** Whether two pointers serve the same versions to the same share of the users. */
export function sameDecision(a: Pointer, b: Pointer): boolean {
  return (
    a.version === b.version &&
    a.canaryVersion === b.canaryVersion &&
    a.canaryPercent === b.canaryPercent &&
    a.rolloutId === b.rolloutId &&
    a.audience === b.audience
  );
}
