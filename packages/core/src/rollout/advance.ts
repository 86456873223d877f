import type { Actor } from '../documents/history.js';
import { line } from './draft.js';
import type { RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import { firstObstacle, isCapped, overrideFor } from './obstacle.js';
import { enteredBp } from './next-step.js';
import type { Rollout } from './rollout.js';
import { isBaking, percentOf } from './rollout.js';
import { waived } from './hold.js';
import { stageAt } from './start.js';

/** A person wants the next stage now, soak anew; evidence that holds is waived by it. */
export function advance(rollout: Rollout, event: RolloutEvent & { kind: 'advance' }): Step {
  return goForward(rollout, { event, index: rollout.stage.index + 1 });
}

/** A person wants 100 % now; the bake still follows, and the outcome will be fast-promoted. */
export function promote(rollout: Rollout, event: RolloutEvent & { kind: 'promote' }): Step {
  return goForward({ ...rollout, promotedBy: event.actor }, { event, index: rollout.plan.stages.length - 1 });
}

interface Forward {
  readonly event: RolloutEvent & { kind: 'advance' | 'promote' };
  readonly index: number;
}

/** What a person may not do without naming the rule: go on in a freeze, past a limit, above the cap. */
function goForward(rollout: Rollout, { event, index }: Forward): Step {
  if (rollout.driftedSinceMs !== null) return refused('pointer-drifted', driftedWhy);
  if (isBaking(rollout))
    return refused('already-final-stage', `The rollout is at ${percentOf(rollout)} already and bakes.`);
  const waived = [...new Set([...rollout.waived, ...event.overrides])];
  const obstacle = firstObstacle(event.obstacles, waived);
  if (obstacle !== undefined) {
    const name = overrideFor(obstacle);
    const how = name === undefined ? '' : ` Override it with \`--override ${name}\` and a reason.`;
    return refused('rollout-obstructed', `${obstacle.why}${how}`);
  }
  const overriding = { ...rollout, waived };
  if (isCapped(overriding, enteredBp(rollout, index))) {
    return refused('weight-capped', `${cappedWhy(rollout)} Override it with \`--override weight-cap\` and a reason.`);
  }
  const { atMs, actor, why, overrides } = event;
  return enterStage(overriding, { index, atMs, revision: event.nextGeneration, actor, why, overrides });
}

export function cappedWhy(rollout: Rollout): string {
  return `No path may expose more than ${String(rollout.plan.capBp / 100)} % of the users to a canary of ${rollout.app}.`;
}

const driftedWhy =
  'The pointer was changed outside Sluice. Abort the rollout, or start the version again, to say what shall be.';

interface Entry {
  readonly index: number;
  readonly atMs: number;
  readonly revision: number;
  readonly actor: Actor;
  readonly why: string;
  readonly overrides?: readonly string[];
}

/** The rollout in another stage, with its soak begun anew. */
export function enterStage(rollout: Rollout, entry: Entry): Step {
  const byPerson = entry.actor.kind !== 'sluice';
  const next: Rollout = {
    ...rollout,
    stage: stageAt({ ...entry, weightBp: enteredBp(rollout, entry.index) }),
    heldSinceMs: byPerson ? null : rollout.heldSinceMs,
    waivedHolds: byPerson ? waived(rollout) : rollout.waivedHolds,
    paused: byPerson ? null : rollout.paused,
    obstacle: byPerson ? null : rollout.obstacle,
    needsPerson: byPerson ? null : rollout.needsPerson,
    inconclusive: false,
  };
  const { atMs, actor, why, overrides = [] } = entry;
  const named = overrides.length === 0 ? {} : { overrides };
  return moved(next, [line(next, { kind: isBaking(next) ? 'full-weight' : 'advanced', atMs, actor, why, ...named })]);
}
