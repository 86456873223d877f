import { createAnalysis } from '../analysis/analysis.js';
import { firstWeight } from '../analysis/next-weight.js';
import type { BaselineBefore } from '../analysis/reference.js';
import { horizonOf } from '../analysis/specs.js';
import type { Actor } from '../documents/history.js';
import type { AppId, VersionId } from '../ids.js';
import { line } from './draft.js';
import type { Effect } from './event.js';
import type { OverrideName } from './obstacle.js';
import type { Plan } from './plan.js';
import { budgetOf, toBp } from './reweigh.js';
import type { Follows, Rollout } from './rollout.js';

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
  readonly group?: string | undefined;
  readonly commit?: string | undefined;
  /** Default: it can be taken back at any time. */
  readonly rollbackSafe?: boolean | undefined;
  readonly follows?: Follows | undefined;
  readonly overrides?: readonly OverrideName[] | undefined;
  /** What is known of stable; absent: nothing. */
  readonly before?: BaselineBefore | undefined;
  /** Canary's share of the first stage, in basis points; default: {@link firstWeightBp}. Members of a group share one. */
  readonly weightBp?: number | undefined;
}

/** A rollout at its first stage, and the line that says so. */
export function startRollout(input: StartInput): { readonly next: Rollout; readonly effects: readonly Effect[] } {
  const { plan, atMs, weightBp = firstWeightBp(plan, input.before) } = input;
  const next: Rollout = {
    id: input.id,
    app: input.app,
    group: input.group ?? null,
    stable: input.stable,
    canary: input.canary,
    salt: input.salt ?? `${input.app}@${input.canary}`,
    plan,
    startedAtMs: atMs,
    startedBy: input.actor,
    reason: input.why,
    commit: input.commit ?? null,
    rollbackSafe: input.rollbackSafe ?? true,
    follows: input.follows ?? null,
    baseSlotMs: plan.baseSlotMs === 'auto' ? null : plan.baseSlotMs,
    stage: stageAt({ index: 0, atMs, revision: input.nextGeneration, weightBp }),
    lastSlot: 0,
    analysis: createAnalysis({
      horizon: horizonOf(plan.maxDurationMs),
      rules: plan.rules,
      before: input.before,
    }),
    watch: { lastMs: atMs, totalMs: 0 },
    ...nothingInTheWay,
    waived: input.overrides ?? [],
  };
  const overrides = next.waived.length === 0 ? {} : { overrides: next.waived };
  return { next, effects: [line(next, { kind: 'started', atMs, actor: input.actor, why: input.why, ...overrides })] };
}

const nothingInTheWay = {
  heldSinceMs: null,
  waivedHolds: [],
  paused: null,
  obstacle: null,
  telemetryLostSinceMs: null,
  inconclusive: false,
  needsPerson: null,
  wouldHave: null,
  driftedSinceMs: null,
  promotedBy: null,
  end: null,
} as const;

interface StageStart {
  readonly index: number;
  readonly atMs: number;
  readonly revision: number;
  readonly weightBp: number;
}

/** The weight that a plan begins with; an adaptive one needs to know the traffic, or begins as low as can be. */
export function firstWeightBp(plan: Plan, before: BaselineBefore | undefined): number {
  const stage = plan.stages[0];
  if (stage === undefined) throw new RangeError('a plan has at least one stage');
  if (plan.ramp === null || stage.audience !== undefined || plan.stages.length === 1) return stage.weightBp;
  const budget = budgetOf(plan.ramp, stage.weightBp);
  return Math.min(plan.capBp, toBp(firstWeight(budget, before?.sessionsPerSecond ?? undefined)));
}

/** A stage that was just entered: its soak begins anew. */
export function stageAt(input: StageStart): Rollout['stage'] {
  return {
    index: input.index,
    enteredAtMs: input.atMs,
    weightBp: input.weightBp,
    weighedAtMs: input.atMs,
    revision: input.revision,
    firstRevision: input.revision,
    creditedMs: 0,
    canarySessions: 0,
    baselineSessions: 0,
    watchedMs: 0,
    degraded: false,
  };
}
