import { nextWeight, type RiskBudget } from '../analysis/next-weight.js';
import { note } from './draft.js';
import type { RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import type { AdaptiveRamp } from './plan.js';
import { adaptiveRampOf, stageOf, type Rollout } from './rollout.js';

/** The weight of an adaptive ramp changes: a new revision, in the same stage, whose soak goes on. */
export function reweigh(rollout: Rollout, event: RolloutEvent & { kind: 'weighed' }): Step {
  const { atMs, weightBp } = event;
  if (adaptiveRampOf(rollout) === undefined) return refused('not-yet', "Its weight is the plan's.");
  const looked = { ...rollout, stage: { ...rollout.stage, weighedAtMs: atMs } };
  if (weightBp === rollout.stage.weightBp) return moved(looked);
  const next = { ...looked, stage: { ...looked.stage, weightBp, revision: event.nextGeneration } };
  return moved(next, [note(next, { kind: 'reweighed', atMs, why: whyOf(rollout, weightBp) })]);
}

function whyOf(rollout: Rollout, weightBp: number): string {
  const { failedSessions = 0 } = rollout.plan.ramp ?? {};
  return weightBp > rollout.stage.weightBp
    ? `What was seen allows more: at most ${String(failedSessions)} sessions would fail before the canary is taken back.`
    : `Less, so that at most ${String(failedSessions)} sessions fail before the canary is taken back.`;
}

/**
 * The weight that the risk budget allows the members of a unit now, all the same; undefined where it is not time, or
 * where a person or lost telemetry stands in the way. Evidence that holds, and obstacles of the world, let it go down
 * only. A member whose traffic is not known keeps its weight.
 */
export function weightDue(
  members: readonly Rollout[],
  world: { readonly atMs: number; readonly sessionsPerSecond: (app: string) => number | undefined },
): number | undefined {
  if (members.length === 0 || members.some((member) => !isDue(member, world.atMs))) return undefined;
  return Math.min(...members.map((member) => allowedBp(member, world.sessionsPerSecond(member.app))));
}

function isDue(rollout: Rollout, atMs: number): boolean {
  const ramp = adaptiveRampOf(rollout);
  const free = rollout.paused === null && rollout.driftedSinceMs === null;
  const judged = rollout.needsPerson === null && rollout.telemetryLostSinceMs === null && rollout.plan.mode === 'act';
  if (ramp === undefined || rollout.end !== null || !free || !judged) return false;
  // A clock that was set back does not stop the ramp for longer than it was set back.
  return Math.abs(atMs - rollout.stage.weighedAtMs) >= ramp.everyMs;
}

function allowedBp(rollout: Rollout, sessionsPerSecond: number | undefined): number {
  const ramp = adaptiveRampOf(rollout);
  if (ramp === undefined) return rollout.stage.weightBp;
  const { canary, baseline } = rollout.analysis.totals;
  const capped = rollout.waived.includes('weight-cap') ? 10_000 : rollout.plan.capBp;
  const weight = nextWeight({
    weight: rollout.stage.weightBp / 10_000,
    nc: canary.sessions,
    ec: canary.failed,
    nb: baseline.sessions,
    eb: baseline.failed,
    sessionsPerSecond,
    held: rollout.heldSinceMs !== null || rollout.obstacle !== null,
    ramp: budgetOf(ramp, stageOf(rollout).weightBp),
  });
  return Math.min(capped, toBp(weight));
}

/** Whole basis points, rounded down, at least one. A product such as 2 · 0.0007 must not lose one to its last digit. */
export function toBp(weight: number): number {
  return Math.max(1, Math.floor(weight * 10_000 + 1e-9));
}

export function budgetOf(ramp: AdaptiveRamp, highestBp: number): RiskBudget {
  return {
    failedSessions: ramp.failedSessions,
    reactionSeconds: ramp.reactionMs / 1000,
    growth: ramp.growth,
    highest: highestBp / 10_000,
  };
}
