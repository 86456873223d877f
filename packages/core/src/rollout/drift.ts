import type { Actor } from '../documents/history.js';
import { note } from './draft.js';
import { end } from './end.js';
import type { RolloutEvent, Seen, Step } from './event.js';
import { moved, refused } from './event.js';
import type { Rollout } from './rollout.js';

/** Whoever changed the pointer without Sluice. */
const outside: Actor = { kind: 'person', name: 'outside Sluice' };

/**
 * The pointer was changed outside Sluice: the rollout stops and nothing of the human's is overwritten. Where the human
 * made the canary stable, or took it away, that is how the rollout ended; else a person must say what shall be.
 */
export function drift(rollout: Rollout, event: RolloutEvent & { kind: 'drifted' }): Step {
  const { seen, atMs } = event;
  const why = `The pointer was changed outside Sluice to ${describe(seen)}. What is served follows the pointer.`;
  if (seen.canaryVersion !== rollout.canary) {
    const outcome = seen.version === rollout.canary ? 'fast-promoted' : 'aborted';
    const stable = outcome === 'aborted' ? seen.version : rollout.stable;
    return end({ ...rollout, stable }, { outcome, atMs, actor: outside, why });
  }
  if (rollout.driftedSinceMs !== null) return refused('not-yet', 'The drift is known already.');
  const next = { ...rollout, driftedSinceMs: atMs };
  return moved(next, [note(next, { kind: 'drifted', atMs, why, stable: seen.version })]);
}

/** A pointer's decision in words. */
export function describe(seen: Seen): string {
  const canary = seen.canaryVersion === null ? '' : ` with ${String(seen.canaryPercent)} % on ${seen.canaryVersion}`;
  return `${seen.version}${canary}`;
}
