import { advance, promote } from './advance.js';
import { closeSlot } from './close-slot.js';
import { drift } from './drift.js';
import { abort, supersede, takeBack } from './end.js';
import type { RolloutEvent, Step } from './event.js';
import { refused } from './event.js';
import { fixSlots, pause, resume } from './hold.js';
import { look } from './look.js';
import { reweigh } from './reweigh.js';
import type { Rollout } from './rollout.js';
import { stale } from './stale.js';
import { tick } from './tick.js';

/**
 * The next state of a rollout and the description of what must be done. Pure: no clock, no promise; an event that does
 * not apply is a refusal. Replaying the same events gives the same state.
 */
export function reduce(rollout: Rollout, event: RolloutEvent): Step {
  if (rollout.end !== null) return refused('rollout-not-running', `The rollout ended ${rollout.end.outcome}.`);
  const outdated = stale(rollout, event);
  if (outdated !== undefined) return outdated;
  switch (event.kind) {
    case 'slots-fixed':
      return fixSlots(rollout, event);
    case 'slot-closed':
      return closeSlot(rollout, event);
    case 'looked':
      return look(rollout, event);
    case 'ticked':
      return tick(rollout, event);
    case 'weighed':
      return reweigh(rollout, event);
    case 'alarmed':
    case 'taken-back':
      return takeBack(rollout, event);
    case 'advance':
      return advance(rollout, event);
    case 'promote':
      return promote(rollout, event);
    case 'pause':
      return pause(rollout, event);
    case 'resume':
      return resume(rollout, event);
    case 'abort':
      return abort(rollout, event);
    case 'supersede':
      return supersede(rollout, event);
    case 'drifted':
      return drift(rollout, event);
    default:
      return event satisfies never;
  }
}
