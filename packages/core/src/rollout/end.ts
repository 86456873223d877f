import { line } from './draft.js';
import type { RolloutEvent, Step } from './event.js';
import type { Rollout, RolloutEnd } from './rollout.js';

/** A person ends the rollout; stable stays. */
export function abort(rollout: Rollout, event: RolloutEvent & { kind: 'abort' }): Step {
  return end(rollout, { outcome: 'aborted', atMs: event.atMs, actor: event.actor, why: event.why });
}

/** The rollout is over. Nobody keeps the canary unless it was promoted. */
export function end(rollout: Rollout, how: RolloutEnd): Step {
  const next: Rollout = { ...rollout, end: how, paused: null, heldSinceMs: null };
  const kept = isPromotion(how) ? rollout.canary : rollout.stable;
  return {
    kind: 'moved',
    next,
    effects: [
      line(rollout, {
        kind: 'ended',
        atMs: how.atMs,
        actor: how.actor,
        why: how.why,
        outcome: how.outcome,
        stable: kept,
      }),
    ],
  };
}

/** Whether the canary became stable. */
export function isPromotion(end: RolloutEnd): boolean {
  return end.outcome === 'promoted' || end.outcome === 'fast-promoted' || end.outcome === 'promoted-unproven';
}
