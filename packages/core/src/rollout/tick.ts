import { enterStage } from './advance.js';
import { sluice } from './draft.js';
import { end } from './end.js';
import type { RolloutEvent, Step } from './event.js';
import { refused } from './event.js';
import type { Rollout } from './rollout.js';
import { isBaking } from './rollout.js';
import { explainWaiting, waitingFor } from './waiting.js';

/** Time passed: at most one stage on, or the canary becomes stable after its bake. */
export function tick(rollout: Rollout, event: RolloutEvent & { kind: 'ticked' }): Step {
  const waiting = waitingFor(rollout);
  if (waiting !== undefined) return refused('not-yet', explainWaiting(rollout, waiting));
  if (isBaking(rollout)) {
    return end(rollout, {
      outcome: rollout.promotedBy === null ? 'promoted' : 'fast-promoted',
      atMs: event.atMs,
      actor: sluice,
      why: 'The bake at 100 % is done and nothing spoke against it.',
    });
  }
  return enterStage(rollout, {
    index: rollout.stage.index + 1,
    atMs: event.atMs,
    revision: event.nextGeneration,
    actor: sluice,
    why: `The soak of stage ${String(rollout.stage.index + 1)} is done with ${String(rollout.stage.canarySessions)} canary sessions.`,
  });
}
