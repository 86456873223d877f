import { createAnalysis } from '../analysis/analysis.js';
import type { Actor } from '../documents/history.js';
import type { AppId, VersionId } from '../ids.js';
import { line } from './draft.js';
import type { Effect } from './event.js';
import type { Plan } from './plan.js';
import type { Rollout } from './rollout.js';

export interface StartInput {
  readonly id: string;
  readonly app: AppId;
  readonly stable: VersionId;
  readonly canary: VersionId;
  readonly plan: Plan;
  readonly actor: Actor;
  readonly why: string;
  readonly atMs: number;
  /** Generation that the pointer of the first stage will carry. */
  readonly nextGeneration: number;
  /** Default: `<app>@<canary>`. */
  readonly salt?: string | undefined;
}

/** A rollout at its first stage, and the line that says so. */
export function startRollout(input: StartInput): { readonly next: Rollout; readonly effects: readonly Effect[] } {
  const next: Rollout = {
    id: input.id,
    app: input.app,
    stable: input.stable,
    canary: input.canary,
    salt: input.salt ?? `${input.app}@${input.canary}`,
    plan: input.plan,
    startedAtMs: input.atMs,
    startedBy: input.actor,
    reason: input.why,
    baseSlotMs: input.plan.baseSlotMs === 'auto' ? null : input.plan.baseSlotMs,
    stage: stageAt({ index: 0, atMs: input.atMs, revision: input.nextGeneration }),
    lastSlot: 0,
    analysis: createAnalysis({ maxDurationMs: input.plan.maxDurationMs, strictness: input.plan.strictness }),
    heldSinceMs: null,
    holdWaived: false,
    paused: null,
    driftedSinceMs: null,
    promotedBy: null,
    end: null,
  };
  return { next, effects: [line(next, { kind: 'started', atMs: input.atMs, actor: input.actor, why: input.why })] };
}

/** A stage that was just entered: its soak begins anew. */
export function stageAt(input: { index: number; atMs: number; revision: number }): Rollout['stage'] {
  return {
    index: input.index,
    enteredAtMs: input.atMs,
    revision: input.revision,
    creditedMs: 0,
    canarySessions: 0,
    baselineSessions: 0,
  };
}
