import type { AnalysisRules } from '../analysis/metric.js';

/** A weight and its soak. */
export interface Stage {
  /** Canary's share in basis points, 1–10000; 0 in a stage for an audience, which reaches nobody by bucket. */
  readonly weightBp: number;
  /** Least slot time in this stage; for the last stage, at 100 %, it is the bake. */
  readonly soakMs: number;
  /** Only subjects with this signed claim get the canary. Nothing is counted: the soak is time that was watched. */
  readonly audience?: string;
  /** `person`: when everything else is done, a person must advance. */
  readonly gate?: 'person';
}

/**
 * A ramp that asks how many sessions would fail, were the canary as bad as its counts still allow, before it is taken
 * back: the first stage's weight follows that budget, and ends with evidence that the canary is safe.
 */
export interface AdaptiveRamp {
  /** The weight is looked at once in so long. */
  readonly everyMs: number;
  /** B: failed sessions that may be in flight. */
  readonly failedSessions: number;
  /** tau_r: slot, closing, tick and propagation. */
  readonly reactionMs: number;
  /** Most by which the weight grows at once. */
  readonly growth: number;
}

/** How a version reaches everybody. Frozen into the record when a rollout starts. */
export interface Plan {
  readonly name: string;
  /** Weights increase; the last is 10000, or 9500 where 5 % of the users stay on the old version during the bake. */
  readonly stages: readonly Stage[];
  /** Null: every stage has its weight, and goes on after its soak; no evidence of safety is asked for. */
  readonly ramp: AdaptiveRamp | null;
  /** Canary sessions that each stage must have seen before it may advance. */
  readonly minSessions: number;
  /** After this long (watched time) without a conclusion the rollout is inconclusive. */
  readonly maxDurationMs: number;
  /** `auto`: 2,000 where traffic at the start is 100 sessions/s or more, else 10,000. */
  readonly baseSlotMs: number | 'auto';
  readonly outcomeWindowMs: number;
  readonly closingLagMs: number;
  /** What the canary is judged by. */
  readonly rules: AnalysisRules;
  /** `observe`: everything is judged and told, and nothing is done by Sluice itself. */
  readonly mode: 'act' | 'observe';
  /** `unproven`: too little traffic to prove anything; the outcome says so by name. */
  readonly proof: 'normal' | 'unproven';
  /** No path exposes more than this, in basis points, unless overridden by name. */
  readonly capBp: number;
  /** A stage that takes longer (watched time) is degraded: people are told. */
  readonly progressDeadlineMs: number;
  /** What an inconclusive rollout does: a person decides, it ends `expired`, or it goes on and ends `promoted-unproven`. */
  readonly onInconclusive: 'ask' | 'expire' | 'promote-unproven';
  /** Telemetry that cannot be reached for this long, and what happens then. Until then the weight is held. */
  readonly telemetryLost: { readonly afterMs: number; readonly policy: 'hold' | 'roll-back' | 'continue' };
  /** What a freeze that begins in mid-rollout does. */
  readonly onFreeze: 'hold' | 'roll-back';
}
