import type { Rollout } from './rollout.js';
import { isBaking, stageOf } from './rollout.js';

/** What a running rollout waits for before it goes on; undefined when nothing is in its way. */
export type Waiting =
  | { readonly kind: 'drifted' | 'paused' | 'held' }
  | { readonly kind: 'soak'; readonly leftMs: number }
  | { readonly kind: 'samples'; readonly missing: number };

export function waitingFor(rollout: Rollout): Waiting | undefined {
  if (rollout.driftedSinceMs !== null) return { kind: 'drifted' };
  if (rollout.paused !== null) return { kind: 'paused' };
  if (rollout.heldSinceMs !== null) return { kind: 'held' };
  const leftMs = stageOf(rollout).soakMs - rollout.stage.creditedMs;
  if (leftMs > 0) return { kind: 'soak', leftMs };
  const missing = rollout.plan.minSessions - rollout.stage.canarySessions;
  return missing > 0 ? { kind: 'samples', missing } : undefined;
}

/** A stage that took longer than the plan's longest duration: a person must decide. No data is never a pass. */
export function isInconclusive(rollout: Rollout, nowMs: number): boolean {
  return waitingFor(rollout) !== undefined && nowMs - rollout.startedAtMs > rollout.plan.maxDurationMs;
}

/** One sentence: why the rollout is where it is. */
export function explainWaiting(rollout: Rollout, waiting: Waiting | undefined): string {
  const place = isBaking(rollout) ? 'The bake at 100 %' : `Stage ${String(rollout.stage.index + 1)}`;
  switch (waiting?.kind) {
    case undefined:
      return isBaking(rollout) ? 'The bake is done: promoting.' : `${place} is done: advancing.`;
    case 'drifted':
      return 'Stopped: the pointer was changed outside Sluice, and what is served follows it.';
    case 'paused':
      return `Paused by ${rollout.paused?.actor.name ?? 'a person'}: ${rollout.paused?.why ?? ''}`.trim();
    case 'held':
      return 'Held: there is evidence that the canary is worse than stable, but not enough to take it back.';
    case 'soak':
      return rollout.stage.creditedMs === 0 && rollout.stage.canarySessions === 0
        ? `${place} has seen no closed slot with canary sessions yet; no data is never a pass.`
        : `${place} soaks for ${duration(waiting.leftMs)} more.`;
    case 'samples':
      return `${place} needs ${String(waiting.missing)} more canary ${waiting.missing === 1 ? 'session' : 'sessions'}.`;
  }
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${String(seconds)} s`;
  return `${String(Math.ceil(seconds / 60))} min`;
}
