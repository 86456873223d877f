import type { Actor } from '../documents/history.js';
import { line } from './draft.js';
import type { RolloutEvent, Step } from './event.js';
import { refused } from './event.js';
import type { Rollout } from './rollout.js';
import { isBaking } from './rollout.js';
import { stageAt } from './start.js';

/** A person wants the next stage now, soak anew; evidence that holds is waived by it. */
export function advance(rollout: Rollout, event: RolloutEvent & { kind: 'advance' }): Step {
  if (rollout.driftedSinceMs !== null) return refused('pointer-drifted', driftedWhy);
  if (isBaking(rollout)) return refused('already-final-stage', 'The rollout is at 100 % already and bakes.');
  return enterStage(rollout, {
    index: rollout.stage.index + 1,
    atMs: event.atMs,
    revision: event.nextGeneration,
    actor: event.actor,
    why: event.why,
  });
}

export const driftedWhy =
  'The pointer was changed outside Sluice. Abort the rollout, or start the version again, to say what shall be.';

interface Entry {
  readonly index: number;
  readonly atMs: number;
  readonly revision: number;
  readonly actor: Actor;
  readonly why: string;
}

/** The rollout in another stage, with its soak begun anew. */
export function enterStage(rollout: Rollout, entry: Entry): Step {
  const byPerson = entry.actor.kind !== 'sluice';
  const next: Rollout = {
    ...rollout,
    stage: stageAt(entry),
    heldSinceMs: byPerson ? null : rollout.heldSinceMs,
    holdWaived: rollout.holdWaived || (byPerson && rollout.analysis.held),
    paused: byPerson ? null : rollout.paused,
  };
  const kind = isBaking(next) ? 'full-weight' : 'advanced';
  return {
    kind: 'moved',
    next,
    effects: [line(next, { kind, atMs: entry.atMs, actor: entry.actor, why: entry.why })],
  };
}
