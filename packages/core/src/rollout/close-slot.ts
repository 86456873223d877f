import { applySlot } from '../analysis/analysis.js';
import type { Slot } from '../analysis/slot.js';
import { verdictOf } from '../analysis/verdict.js';
import { note } from './draft.js';
import { takeBack } from './end.js';
import type { Effect, RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import type { Rollout } from './rollout.js';

/** One closed slot: the evidence grows, and where it is healthy and observed, the soak as well. */
export function closeSlot(rollout: Rollout, event: RolloutEvent & { kind: 'slot-closed' }): Step {
  const { slot, atMs } = event;
  if (slot.rolloutId !== rollout.id || slot.id <= rollout.lastSlot) {
    return refused('slot-known', `Slot ${String(slot.id)} was applied before or belongs to another rollout.`);
  }
  const analysis = applySlot(rollout.analysis, slot);
  const { kind, sentence: why } = verdictOf(analysis);
  const judged: Rollout = { ...rollout, analysis, lastSlot: slot.id };
  if (kind === 'fail' && rollout.driftedSinceMs === null) {
    const back = takeBack(judged, { atMs, why });
    if (back.kind === 'moved') return back;
  }
  const after = hold(judged, atMs);
  return moved(credit(after, slot), heldLines({ before: rollout, after, atMs, why }));
}

/** Held while the evidence holds, unless a person waived it. */
function hold(rollout: Rollout, atMs: number): Rollout {
  if (!rollout.analysis.held) return { ...rollout, heldSinceMs: null, holdWaived: false };
  return { ...rollout, heldSinceMs: rollout.holdWaived ? null : (rollout.heldSinceMs ?? atMs) };
}

function heldLines(change: { before: Rollout; after: Rollout; atMs: number; why: string }): readonly Effect[] {
  const { before, after, atMs, why } = change;
  if ((before.heldSinceMs === null) === (after.heldSinceMs === null)) return [];
  return [note(after, { kind: after.heldSinceMs === null ? 'released' : 'held', atMs, why })];
}

/**
 * Soak is slot time. A slot that grew because one arm was unseen is credited one base slot: time in which nothing was
 * seen is not soak.
 */
function credit(rollout: Rollout, slot: Slot): Rollout {
  if (slot.revision !== rollout.stage.revision) return rollout;
  const healthy = rollout.heldSinceMs === null && rollout.paused === null && rollout.driftedSinceMs === null;
  const observed = slot.canary.sessions > 0;
  const creditMs = healthy && observed ? Math.min(slot.lengthMs, rollout.baseSlotMs ?? slot.lengthMs) : 0;
  return {
    ...rollout,
    stage: {
      ...rollout.stage,
      creditedMs: rollout.stage.creditedMs + creditMs,
      canarySessions: rollout.stage.canarySessions + slot.canary.sessions,
      baselineSessions: rollout.stage.baselineSessions + slot.baseline.sessions,
    },
  };
}
