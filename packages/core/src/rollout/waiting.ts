import { lnPromoteOf } from '../analysis/judge.js';
import { lnPromoteAt } from '../analysis/specs.js';
import { verdictOf } from '../analysis/verdict.js';
import { cappedWhy } from './advance.js';
import { isCapped, type Obstacle } from './obstacle.js';
import type { Rollout } from './rollout.js';
import { enteredBp, highestBp } from './next-step.js';
import { adaptiveRampOf, isBaking, percentOf, stageOf } from './rollout.js';

/** What a running rollout waits for before it goes on; undefined when nothing is in its way. */
export type Waiting =
  | { readonly kind: 'drifted' | 'paused' | 'needs-person' | 'held' | 'telemetry' | 'gate' | 'cap' | 'observing' }
  /** Of an adaptive ramp: it has not come to its highest weight; it lacks evidence that the canary is safe. */
  | { readonly kind: 'weight' | 'evidence' }
  | { readonly kind: Obstacle['kind']; readonly why: string }
  | { readonly kind: 'soak'; readonly leftMs: number }
  | { readonly kind: 'samples'; readonly missing: number };

/** In the order in which a person wants to know: who must act first, then what only takes time. */
export function waitingFor(rollout: Rollout): Waiting | undefined {
  return inTheWay(rollout) ?? (goesOnUnproven(rollout) ? watching(rollout) : missing(rollout)) ?? atTheEnd(rollout);
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

/** Without proof each stage still lasts its soak, in time that was watched. */
function watching(rollout: Rollout): Waiting | undefined {
  const leftMs = stageOf(rollout).soakMs - rollout.stage.watchedMs;
  return leftMs > 0 ? { kind: 'soak', leftMs } : undefined;
}

function missing(rollout: Rollout): Waiting | undefined {
  const stage = stageOf(rollout);
  const leftMs = stage.soakMs - rollout.stage.creditedMs;
  if (leftMs > 0) return { kind: 'soak', leftMs };
  const sessions = rollout.plan.minSessions - rollout.stage.canarySessions;
  const counted = stage.audience === undefined && rollout.telemetryLostSinceMs === null;
  if (counted && sessions > 0) return { kind: 'samples', missing: sessions };
  return adaptiveRampOf(rollout) === undefined ? undefined : unproven(rollout);
}

/** To 100 % with the highest weight of the ramp and enough evidence that the canary is safe. */
function unproven(rollout: Rollout): Waiting | undefined {
  if (rollout.plan.mode === 'act' && rollout.stage.weightBp < highestBp(rollout)) return { kind: 'weight' };
  return lnPromoteOf(rollout.analysis) < lnPromoteAt ? { kind: 'evidence' } : undefined;
}

function atTheEnd(rollout: Rollout): Waiting | undefined {
  if (rollout.plan.mode === 'observe') return { kind: 'observing' };
  if (stageOf(rollout).gate === 'person') return { kind: 'gate' };
  if (isBaking(rollout)) return undefined;
  return isCapped(rollout, enteredBp(rollout, rollout.stage.index + 1)) ? { kind: 'cap' } : undefined;
}

/** One sentence: why the rollout is where it is. */
export function explainWaiting(rollout: Rollout, waiting: Waiting | undefined): string {
  const place = isBaking(rollout) ? `The bake at ${percentOf(rollout)}` : `Stage ${String(rollout.stage.index + 1)}`;
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
      return `Held: ${verdictOf(rollout.analysis, rollout.plan.rules).sentence}`;
    case 'stopped':
    case 'frozen':
    case 'limit':
    case 'dependency':
    case 'alarm':
    case 'check':
      return `${obstacleWords[waiting.kind]}: ${waiting.why}`;
    case 'telemetry':
      return 'Telemetry does not answer: the weight is held.';
    case 'gate':
      return `${place} is done: a person must advance it, the plan says.`;
    case 'cap':
      return `${place} is done. ${cappedWhy(rollout)}`;
    case 'observing':
      return `${place} is done. Observing only: a person moves it.`;
    case 'weight':
      return `The ramp is at ${percentOf(rollout)} and grows as far as ${String(highestBp(rollout) / 100)} %.`;
    case 'evidence':
      return `The ramp waits for evidence that the canary is safe: ${proofOf(rollout)} of it is there.`;
    case 'soak':
      return explainSoak(rollout, { place, leftMs: waiting.leftMs });
    case 'samples':
      return `${place} needs ${String(waiting.missing)} more canary ${waiting.missing === 1 ? 'session' : 'sessions'}.`;
  }
}

function proofOf(rollout: Rollout): string {
  return `${String(Math.max(0, Math.floor((100 * lnPromoteOf(rollout.analysis)) / lnPromoteAt)))} %`;
}

const obstacleWords: Readonly<Record<Obstacle['kind'], string>> = {
  stopped: 'Stopped',
  frozen: 'Frozen',
  limit: 'Waiting',
  dependency: 'Waiting',
  alarm: 'Held',
  check: 'Waiting',
};

function explainSoak(rollout: Rollout, { place, leftMs }: { place: string; leftMs: number }): string {
  const { audience } = stageOf(rollout);
  if (audience !== undefined) return `${place} is for ${audience} only, for ${duration(leftMs)} more.`;
  if (goesOnUnproven(rollout)) return `${place} goes on without proof, and lasts for ${duration(leftMs)} more.`;
  return rollout.stage.creditedMs === 0 && rollout.stage.canarySessions === 0
    ? `${place} has seen no closed slot with canary sessions yet; no data is never a pass.`
    : `${place} soaks for ${duration(leftMs)} more.`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${String(seconds)} s`;
  return `${String(Math.ceil(seconds / 60))} min`;
}
