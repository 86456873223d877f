import type { HistoryEntry, Plan, Slot } from '@sluice/core';
import { Violation } from './invariants.js';

/** No two advances for one soak: every automatic step is paid for by closed slots of its stage, each used once. */
export function checkSoaks(input: {
  readonly plan: Plan;
  readonly lines: readonly HistoryEntry[];
  readonly slots: readonly Slot[];
  /** Generation that set the weight of the first stage. */
  readonly firstRevision: number;
}): void {
  const { plan, lines, slots } = input;
  if (plan.telemetryLost.policy === 'continue' || plan.onInconclusive === 'promote-unproven') return;
  let revision = input.firstRevision;
  for (const line of lines) {
    const moved = line.kind === 'advanced' || line.kind === 'full-weight';
    const promoted = line.kind === 'ended' && (line.outcome === 'promoted' || line.outcome === 'fast-promoted');
    if (!moved && !promoted) continue;
    const left = (line.stage ?? 1) - (moved ? 2 : 1);
    const stage = plan.stages[left];
    if (line.automatic === true && stage?.audience === undefined && stage !== undefined) {
      // An adaptive ramp changes its weight, and so the revision, within its stage.
      const within = (slot: Slot): boolean =>
        plan.ramp === null ? slot.revision === revision : slot.revision >= revision;
      const paid = slots.filter((slot) => within(slot) && slot.canary.sessions > 0);
      const soaked = paid.reduce((sum, slot) => sum + slot.lengthMs, 0);
      if (soaked < stage.soakMs) {
        throw new Violation(
          `stage ${String(left + 1)} was left after ${String(soaked)} of ${String(stage.soakMs)} ms of soak`,
        );
      }
    }
    if (moved && line.generation !== undefined) revision = line.generation;
  }
}
