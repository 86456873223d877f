import { line, sluice } from './draft.js';
import type { RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import type { Rollout, RolloutEnd } from './rollout.js';

/** A person ends the rollout; stable stays. */
export function abort(rollout: Rollout, event: RolloutEvent & { kind: 'abort' }): Step {
  return end(rollout, { outcome: 'aborted', atMs: event.atMs, actor: event.actor, why: event.why });
}

/** A newer version takes this one's place; nobody did anything wrong, so that it is not blocked. */
export function supersede(rollout: Rollout, event: RolloutEvent & { kind: 'supersede' }): Step {
  return end(rollout, { outcome: 'superseded', atMs: event.atMs, actor: event.actor, why: event.why });
}

/** Sluice finds reason to take the canary back; in mode observe it says so, an unsafe one it leaves to a person. */
export function takeBack(rollout: Rollout, found: { readonly atMs: number; readonly why: string }): Step {
  const { atMs, why } = found;
  if (rollout.plan.mode === 'observe') {
    if (rollout.wouldHave?.action === 'roll-back') return refused('not-yet', 'It is known already.');
    const next: Rollout = { ...rollout, wouldHave: { action: 'roll-back', sinceMs: atMs, why } };
    return moved(next, [
      line(next, { kind: 'would-have', atMs, actor: sluice, why: `Would have rolled back: ${why}` }),
    ]);
  }
  if (!rollout.rollbackSafe) {
    if (rollout.needsPerson !== null) return refused('not-yet', 'A person is asked already.');
    const next: Rollout = { ...rollout, needsPerson: { sinceMs: atMs, why } };
    const ask = `${why} The version changes what users store and is not taken back by itself: a person must decide.`;
    return moved(next, [line(next, { kind: 'needs-person', atMs, actor: sluice, why: ask })]);
  }
  return end(rollout, { outcome: 'rolled-back', atMs, actor: sluice, why });
}

/** The rollout is over. Nobody keeps the canary unless it was promoted. */
export function end(rollout: Rollout, how: RolloutEnd): Step {
  const next: Rollout = { ...rollout, end: how, paused: null, heldSinceMs: null, obstacle: null, needsPerson: null };
  const { atMs, actor, why, outcome } = how;
  const stable = isPromotion(how) ? rollout.canary : rollout.stable;
  return moved(next, [line(rollout, { kind: 'ended', atMs, actor, why, outcome, stable })]);
}

/** Whether the canary became stable. */
export function isPromotion(end: RolloutEnd): boolean {
  return end.outcome === 'promoted' || end.outcome === 'fast-promoted' || end.outcome === 'promoted-unproven';
}

/** Whether the version was found bad, so that nobody may keep it. */
export function isTakenBack(end: RolloutEnd): boolean {
  return end.outcome === 'aborted' || end.outcome === 'rolled-back';
}
