import { applySlot } from '../analysis/analysis.js';
import type { Slot } from '../analysis/slot.js';
import { soundSlot } from '../analysis/sound-slot.js';
import { verdictOf } from '../analysis/verdict.js';
import { note } from './draft.js';
import { takeBack } from './end.js';
import type { Effect, RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import type { Rollout } from './rollout.js';

/** One closed slot: the evidence grows, and where it is healthy and observed, the soak as well. */
export function closeSlot(rollout: Rollout, event: RolloutEvent & { kind: 'slot-closed' }): Step {
  const { atMs } = event;
  if (event.slot.rolloutId !== rollout.id || event.slot.id <= rollout.lastSlot) {
    return refused('slot-known', `Slot ${String(event.slot.id)} was applied before or belongs to another rollout.`);
  }
  const slot = soundSlot(event.slot);
  const analysis = applySlot(rollout.analysis, rollout.plan.rules, slot);
  const judged: Rollout = { ...rollout, analysis, lastSlot: slot.id };
  if (analysis.judgement.failed && rollout.driftedSinceMs === null) {
    const back = takeBack(judged, { atMs, why: sentenceOf(judged) });
    if (back.kind === 'moved') return back;
  }
  const after = hold(judged, atMs);
  const change = { before: rollout, after, atMs };
  return moved(credit(after, slot), [...heldLines(change), ...notedLines(change)]);
}

/** Held while anything holds that no person went on in spite of. */
function hold(rollout: Rollout, atMs: number): Rollout {
  const { holds } = rollout.analysis.judgement;
  const waivedHolds = rollout.waivedHolds.filter((reason) => holds.includes(reason));
  const holding = holds.some((reason) => !waivedHolds.includes(reason));
  return { ...rollout, waivedHolds, heldSinceMs: holding ? (rollout.heldSinceMs ?? atMs) : null };
}

interface Change {
  readonly before: Rollout;
  readonly after: Rollout;
  readonly atMs: number;
}

/** Put into words only where it is told: most slots change nothing that is. */
function sentenceOf({ analysis, plan }: Rollout): string {
  return verdictOf(analysis, plan.rules).sentence;
}

function heldLines({ before, after, atMs }: Change): readonly Effect[] {
  if ((before.heldSinceMs === null) === (after.heldSinceMs === null)) return [];
  const kind = after.heldSinceMs === null ? 'released' : 'held';
  return [note(after, { kind, atMs, why: sentenceOf(after) })];
}

/** What is told and has no effect: metrics in dry-run or with action notify, each once. */
function notedLines({ before, after, atMs }: Change): readonly Effect[] {
  const { noted } = after.analysis.judgement;
  const fresh = noted.slice(before.analysis.judgement.noted.length);
  return fresh.map((name) =>
    note(after, {
      kind: 'noted',
      atMs,
      why: `${notedWords(after, name)} It has no effect on the ramp. ${sentenceOf(after)}`,
    }),
  );
}

function notedWords({ plan, analysis }: Rollout, name: string): string {
  const metric = plan.rules.metrics.find((one) => one.name === name);
  if (metric !== undefined) {
    return `The metric ${name} says that the canary is worse${metric.dryRun ? ' (dry run)' : ''}.`;
  }
  const text = analysis.errors.candidates.find(({ fingerprint }) => name.endsWith(fingerprint))?.text ?? '';
  return `An error that only the canary has: ${text}.`;
}

/**
 * Soak is slot time. A slot that grew because one arm was unseen is credited one base slot: time in which nothing was
 * seen is not soak.
 */
function credit(rollout: Rollout, slot: Slot): Rollout {
  if (slot.kind === 'guardrail' || slot.revision < rollout.stage.firstRevision) return rollout;
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
