import type { Pointer } from './pointer.js';

/**
 * What an edge needs of a pointer, as JSON: the value of its app in CloudFront's key-value store, where 900 bytes must
 * do, and what the edge bundles read. Of `blocked` only the canary itself can matter to a decision; by `rolloutId` it is
 * told whether the pointer is served.
 */
export function edgeEntryOf(pointer: Pointer): string {
  const canaryVersion = pointer.canaryVersion;
  const isBlocked = canaryVersion !== null && pointer.blocked !== undefined && pointer.blocked.includes(canaryVersion);
  return JSON.stringify({
    version: pointer.version,
    canaryVersion,
    canaryPercent: pointer.canaryPercent,
    generation: pointer.generation,
    assignment: pointer.assignment,
    salt: pointer.salt,
    blocked: isBlocked ? [canaryVersion] : undefined,
    enabledRegions: pointer.enabledRegions,
    allowList: pointer.allowList,
    audience: pointer.audience,
    rolloutId: pointer.rolloutId,
  });
}
