import { driftedWhy, enterStage } from './advance.js';
import type { RolloutEvent, Step } from './event.js';
import { refused } from './event.js';
import type { Rollout } from './rollout.js';
import { isBaking } from './rollout.js';

/** A person wants 100 % now; the bake still follows, and the outcome will be fast-promoted. */
export function promote(rollout: Rollout, event: RolloutEvent & { kind: 'promote' }): Step {
  if (rollout.driftedSinceMs !== null) return refused('pointer-drifted', driftedWhy);
  if (isBaking(rollout)) return refused('already-final-stage', 'The rollout is at 100 % already and bakes.');
  return enterStage(
    { ...rollout, promotedBy: event.actor },
    {
      index: rollout.plan.stages.length - 1,
      atMs: event.atMs,
      revision: event.nextGeneration,
      actor: event.actor,
      why: event.why,
    },
  );
}
