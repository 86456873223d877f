import { cappedWhy } from './advance.js';
import { isCapped, type Obstacle } from './obstacle.js';
import type { Rollout } from './rollout.js';
import { isBaking, stageNumbered, stageOf } from './rollout.js';

/** What a running rollout waits for before it goes on; undefined when nothing is in its way. */
export type Waiting =
  | { readonly kind: 'drifted' | 'paused' | 'needs-person' | 'held' | 'telemetry' | 'gate' | 'cap' | 'observing' }
  | { readonly kind: Obstacle['kind']; readonly why: string }
  | { readonly kind: 'soak'; readonly leftMs: number }
  | { readonly kind: 'samples'; readonly missing: number };

/** In the order in which a person wants to know: who must act first, then what only takes time. */
export function waitingFor(rollout: Rollout): Waiting | undefined {
  return inTheWay(rollout) ?? (goesOnUnproven(rollout) ? undefined : missing(rollout)) ?? atTheEnd(rollout);
}

function inTheWay(rollout: Rollout): Waiting | undefined {
  if (rollout.driftedSinceMs !== null) return { kind: 'drifted' };
  if (rollout.paused !== null) return { kind: 'paused' };
  if (rollout.needsPerson !== null) return { kind: 'needs-person' };
  if (rollout.heldSinceMs !== null) return { kind: 'held' };
  if (rollout.obstacle !== null) return rollout.obstacle;
  if (rollout.telemetryLostSinceMs !== null && rollout.plan.telemetryLost.policy !== 'continue') {
    return { kind: 'telemetry' };
  }
  return undefined;
}

/** The plan's own answer to too little traffic: after the longest duration, on without proof, and so named. */
function goesOnUnproven(rollout: Rollout): boolean {
  return rollout.inconclusive && rollout.plan.onInconclusive === 'promote-unproven';
}

function missing(rollout: Rollout): Waiting | undefined {
  const stage = stageOf(rollout);
  const leftMs = stage.soakMs - rollout.stage.creditedMs;
  if (leftMs > 0) return { kind: 'soak', leftMs };
  const sessions = rollout.plan.minSessions - rollout.stage.canarySessions;
  const counted = stage.audience === undefined && rollout.telemetryLostSinceMs === null;
  return counted && sessions > 0 ? { kind: 'samples', missing: sessions } : undefined;
}

function atTheEnd(rollout: Rollout): Waiting | undefined {
  if (rollout.plan.mode === 'observe') return { kind: 'observing' };
  if (stageOf(rollout).gate === 'person') return { kind: 'gate' };
  if (isBaking(rollout)) return undefined;
  return isCapped(rollout, stageNumbered(rollout, rollout.stage.index + 1).weightBp) ? { kind: 'cap' } : undefined;
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
    case 'needs-person':
      return `A person must decide: ${rollout.needsPerson?.why ?? ''}`.trim();
    case 'held':
      return 'Held: there is evidence that the canary is worse than stable, but not enough to take it back.';
    case 'stopped':
    case 'frozen':
    case 'limit':
    case 'dependency':
    case 'alarm':
      return `${obstacleWords[waiting.kind]}: ${waiting.why}`;
    case 'telemetry':
      return 'Telemetry does not answer: the weight is held.';
    case 'gate':
      return `${place} is done: a person must advance it, the plan says.`;
    case 'cap':
      return `${place} is done. ${cappedWhy(rollout)}`;
    case 'observing':
      return `${place} is done. Observing only: a person moves it.`;
    case 'soak':
      return explainSoak(rollout, { place, leftMs: waiting.leftMs });
    case 'samples':
      return `${place} needs ${String(waiting.missing)} more canary ${waiting.missing === 1 ? 'session' : 'sessions'}.`;
  }
}

const obstacleWords: Readonly<Record<Obstacle['kind'], string>> = {
  stopped: 'Stopped',
  frozen: 'Frozen',
  limit: 'Waiting',
  dependency: 'Waiting',
  alarm: 'Held',
};

function explainSoak(rollout: Rollout, { place, leftMs }: { place: string; leftMs: number }): string {
  const { audience } = stageOf(rollout);
  if (audience !== undefined) return `${place} is for ${audience} only, for ${duration(leftMs)} more.`;
  return rollout.stage.creditedMs === 0 && rollout.stage.canarySessions === 0
    ? `${place} has seen no closed slot with canary sessions yet; no data is never a pass.`
    : `${place} soaks for ${duration(leftMs)} more.`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${String(seconds)} s`;
  return `${String(Math.ceil(seconds / 60))} min`;
}
