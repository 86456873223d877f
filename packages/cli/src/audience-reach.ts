import type { Plan } from '@sluice/core';
import type { ConfigApp, Target } from '@sluice/schema';

/** What has to be known of a plan's stages for an audience that reach nobody on this target. */
export function audienceWarnings(target: Target, { kind }: ConfigApp, { stages }: Plan): readonly string[] {
  const audience = stages.find((stage) => stage.audience !== undefined)?.audience;
  if (target.kind === 'local' || audience === undefined) return [];
  const so = 'the stage takes its time, and nobody has seen the canary when it ends.';
  if (target.keys === undefined)
    return [`Nobody is in the audience ${audience}, for want of \`keys\` (docs/trust.md): ${so}`];
  return kind === 'shell' && isByFunctions(target)
    ? [`The audience ${audience} does not get this shell: ${notOfShells} So ${so}`]
    : [];
}

/** Whether CloudFront's functions are its edge; else it is Lambda@Edge or nginx, which verify before they decide. */
export function isByFunctions(target: Target): boolean {
  return target.kind === 'aws' && target.keyValueStore !== undefined;
}

/** CloudFront's function for viewer-request has no room to verify anything. */
export const notOfShells = 'CloudFront decides which shell a page gets before it verifies links.';
