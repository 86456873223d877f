import { line } from './draft.js';
import type { RolloutEvent, Step } from './event.js';
import { refused } from './event.js';
import type { Rollout } from './rollout.js';

/** The length of the base slot, fixed for the whole rollout by the traffic at its start. */
export function fixSlots(rollout: Rollout, event: RolloutEvent & { kind: 'slots-fixed' }): Step {
  if (rollout.baseSlotMs !== null) return refused('not-yet', 'The base slot is fixed already.');
  return { kind: 'moved', next: { ...rollout, baseSlotMs: event.baseSlotMs }, effects: [] };
}

/** A person stops the ramp until a person goes on. The analysis goes on and may still take the canary back. */
export function pause(rollout: Rollout, event: RolloutEvent & { kind: 'pause' }): Step {
  if (rollout.paused !== null) return refused('not-yet', 'The rollout is paused already.');
  const paused = { sinceMs: event.atMs, actor: event.actor, why: event.why };
  const next = { ...rollout, paused };
  return {
    kind: 'moved',
    next,
    effects: [line(next, { kind: 'paused', atMs: event.atMs, actor: event.actor, why: event.why })],
  };
}

export function resume(rollout: Rollout, event: RolloutEvent & { kind: 'resume' }): Step {
  if (rollout.paused === null) return refused('not-paused', 'The rollout is not paused.');
  const next = { ...rollout, paused: null };
  return {
    kind: 'moved',
    next,
    effects: [line(next, { kind: 'resumed', atMs: event.atMs, actor: event.actor, why: event.why })],
  };
}
