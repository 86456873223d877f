import { verdictOf } from '../analysis/verdict.js';
import { enterStage } from './advance.js';
import { note, sluice } from './draft.js';
import { end } from './end.js';
import type { RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import type { Rollout } from './rollout.js';
import { adaptiveRampOf, isBaking, percentOf } from './rollout.js';
import { explainWaiting, waitingFor } from './waiting.js';

/** Nothing is in the way: one stage on, or the canary becomes stable after its bake. */
export function tick(rollout: Rollout, event: RolloutEvent & { kind: 'ticked' }): Step {
  const waiting = waitingFor(rollout);
  if (waiting?.kind === 'observing') return wouldMove(rollout, event.atMs);
  if (waiting !== undefined) return refused('not-yet', explainWaiting(rollout, waiting));
  if (isBaking(rollout)) {
    const outcome = outcomeOf(rollout);
    return end(rollout, { outcome, atMs: event.atMs, actor: sluice, why: bakedWhy(rollout) });
  }
  return enterStage(rollout, {
    index: rollout.stage.index + 1,
    atMs: event.atMs,
    revision: event.nextGeneration,
    actor: sluice,
    why: soakedWhy(rollout),
  });
}

function outcomeOf(rollout: Rollout): 'promoted' | 'fast-promoted' | 'promoted-unproven' {
  if (rollout.promotedBy !== null) return 'fast-promoted';
  return rollout.plan.proof === 'unproven' ? 'promoted-unproven' : 'promoted';
}

function bakedWhy(rollout: Rollout): string {
  return rollout.plan.proof === 'unproven'
    ? `The bake at ${percentOf(rollout)} is done and nothing spoke against it; there was too little traffic to prove anything.`
    : `The bake at ${percentOf(rollout)} is done and nothing spoke against it.`;
}

function soakedWhy(rollout: Rollout): string {
  if (adaptiveRampOf(rollout) !== undefined) {
    return `There is evidence that the canary is safe. ${verdictOf(rollout.analysis, rollout.plan.rules).sentence}`;
  }
  return `The soak of stage ${String(rollout.stage.index + 1)} is done with ${String(rollout.stage.canarySessions)} canary sessions.`;
}

/** In mode observe: once per stage, what Sluice would have done, unless it would have taken the canary back. */
function wouldMove(rollout: Rollout, atMs: number): Step {
  const action = isBaking(rollout) ? 'promote' : 'advance';
  const before = rollout.wouldHave;
  const known = before !== null && (before.action === 'roll-back' || before.sinceMs >= rollout.stage.enteredAtMs);
  if (known) return refused('not-yet', 'It is known already.');
  const why = action === 'promote' ? bakedWhy(rollout) : soakedWhy(rollout);
  const next: Rollout = { ...rollout, wouldHave: { action, sinceMs: atMs, why } };
  return moved(next, [note(next, { kind: 'would-have', atMs, why: `Would have ${action}d: ${why}` })]);
}
