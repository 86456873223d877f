/** A weight and its soak. */
export interface Stage {
  /** Canary's share in basis points, 1–10000. */
  readonly weightBp: number;
  /** Least slot time in this stage; for the last stage, at 100 %, it is the bake. */
  readonly soakMs: number;
}

/** How a version reaches everybody. Frozen into the record when a rollout starts. */
export interface Plan {
  readonly name: string;
  /** Weights increase; the last is 10000. */
  readonly stages: readonly Stage[];
  /** Canary sessions that each stage must have seen before it may advance. */
  readonly minSessions: number;
  /** After this long without a conclusion a person must decide. */
  readonly maxDurationMs: number;
  /** `auto`: 2,000 where traffic at the start is 100 sessions/s or more, else 10,000. */
  readonly baseSlotMs: number | 'auto';
  readonly outcomeWindowMs: number;
  readonly closingLagMs: number;
  readonly strictness: 'default' | 'strict';
}
