/** Deduplicated sessions of one arm: first session of a subject per revision. */
export interface ArmCounts {
  readonly sessions: number;
  /** Of these: an error attributed to the app, a failure to load it, or an attempt without an outcome. */
  readonly failed: number;
}

/** One closed slot of one rollout: what the analysis and the soak live on. Never changes after it closed. */
export interface Slot {
  /** 1, 2, 3 … within a rollout, without gaps; a slot is credited once, by this number. */
  readonly id: number;
  readonly rolloutId: string;
  /** Generation of the pointer that set the weight these sessions were assigned under. */
  readonly revision: number;
  /** Epoch milliseconds of its start. */
  readonly startMs: number;
  /** A whole number of base slots. */
  readonly lengthMs: number;
  readonly canary: ArmCounts;
  readonly baseline: ArmCounts;
}

/** How sessions are put into slots; fixed for a rollout. */
export interface SlotRules {
  /** 10,000, or 2,000 where traffic at the start is 100 sessions/s or more. */
  readonly baseSlotMs: number;
  /** After this long without an outcome an attempt has failed. Default 10,000. */
  readonly outcomeWindowMs: number;
  /** A slot closes this long after its end. Default: outcome window + 5,000. */
  readonly closingLagMs: number;
}
