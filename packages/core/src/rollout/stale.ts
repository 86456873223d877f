import type { Expectation, RolloutEvent, Step } from './event.js';
import { refused } from './event.js';
import type { Rollout } from './rollout.js';

/** A refusal where a command was meant for another version, stage or generation than there is. */
export function stale(rollout: Rollout, event: RolloutEvent): Step | undefined {
  if (!('expected' in event)) return undefined;
  const seen: Required<{ [K in keyof Expectation]: Expectation[K] }> = {
    version: rollout.canary,
    stage: rollout.stage.index + 1,
    generation: event.generation,
  };
  for (const name of ['version', 'stage', 'generation'] as const) {
    const wanted = event.expected[name];
    if (wanted !== undefined && wanted !== seen[name]) {
      return refused(
        'command-stale',
        `The command was meant for ${name} ${String(wanted)}, but ${name} ${String(seen[name])} is there now.`,
      );
    }
  }
  return undefined;
}
