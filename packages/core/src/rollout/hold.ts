import { line } from './draft.js';
import type { RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import type { Rollout } from './rollout.js';

/** The length of the base slot, fixed for the whole rollout by the traffic at its start. */
export function fixSlots(rollout: Rollout, event: RolloutEvent & { kind: 'slots-fixed' }): Step {
  if (rollout.baseSlotMs !== null) return refused('not-yet', 'The base slot is fixed already.');
  return moved({ ...rollout, baseSlotMs: event.baseSlotMs });
}

/** A person stops the ramp until a person goes on. The analysis goes on and may still take the canary back. */
export function pause(rollout: Rollout, event: RolloutEvent & { kind: 'pause' }): Step {
  if (rollout.paused !== null) return refused('not-yet', 'The rollout is paused already.');
  const { atMs, actor, why } = event;
  const next = { ...rollout, paused: { sinceMs: atMs, actor, why } };
  return moved(next, [line(next, { kind: 'paused', atMs, actor, why })]);
}

/** A person goes on: ends a pause, and what waits for a person to release it. */
export function resume(rollout: Rollout, event: RolloutEvent & { kind: 'resume' }): Step {
  const waits = rollout.paused !== null || rollout.heldSinceMs !== null || rollout.needsPerson !== null;
  if (!waits) return refused('not-paused', 'The rollout is neither paused nor held.');
  const held = rollout.heldSinceMs !== null || rollout.needsPerson !== null;
  const { atMs, actor, why } = event;
  const next = {
    ...rollout,
    paused: null,
    heldSinceMs: null,
    needsPerson: null,
    waivedHolds: held ? waived(rollout) : rollout.waivedHolds,
    watch: { ...rollout.watch, lastMs: atMs },
  };
  return moved(next, [line(next, { kind: held ? 'released' : 'resumed', atMs, actor, why })]);
}

/** A person goes on in spite of everything that holds now; what comes later holds again. */
export function waived({ waivedHolds, analysis }: Rollout): Rollout['waivedHolds'] {
  return [...new Set([...waivedHolds, ...analysis.judgement.holds])];
}
