import { DeliveryError } from '@sluice/core';
import type { Target } from '@sluice/schema';

/** The file of the keys that sign visitors and links; throws `usage` where the target's edge verifies none. */
export function keysOf(target: Target): string {
  if (target.kind === 'local') return target.keys;
  throw new DeliveryError({
    code: 'usage',
    message: `Target "${target.name}" is served by CloudFront, which verifies no links.`,
    remedy: 'Open previews on a target with an edge of its own: `--target local`.',
  });
}
