import type { Histogram } from './histogram.js';
import type { ReportedMetric } from './reported-metric.js';

/** Deduplicated sessions of one arm: first session of a subject per revision. */
export interface ArmCounts {
  readonly sessions: number;
  /** Of these: an error attributed to the app, a failure to load it, or an attempt without an outcome. */
  readonly failed: number;
}

/** Load times of the sessions of one arm in one cache state. */
export interface Loads {
  /** Sessions without a load within the outcome window: slower than every threshold. */
  readonly unloaded: number;
  /** Of the others, in buckets from {@link loadFromMs}. */
  readonly histogram: Histogram;
}

/** What was measured of one arm in one slot; what is absent was not measured. */
export interface ArmMeasurements extends ArmCounts {
  /** Of the failed: the app could not be loaded. */
  readonly loadFailed?: number;
  /** Of the failed: an attempt without an outcome. */
  readonly silent?: number;
  /** By cache state: a new version is cold. A session whose cache state nobody knows counts as cold. */
  readonly loads?: { readonly cold: Loads; readonly warm: Loads };
  /** Of the application's own rate metrics: sessions in which it happened. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Of the application's own value metrics: one value a session that reported one. */
  readonly values?: Readonly<Record<string, Histogram>>;
}

/** An error that failed sessions have in common: app, name and normalised message. */
export interface SlotError {
  /** 8 lower-case hex digits. */
  readonly fingerprint: string;
  /** Name and message, for people; at most 80 characters. */
  readonly text: string;
  /** Sessions of this slot that had it. */
  readonly canary: number;
  readonly baseline: number;
}

/** One closed slot of one rollout: what the analysis and the soak live on. Never changes after it closed. */
export interface Slot {
  /** 1, 2, 3 … within a rollout in the order in which slots close, without gaps; a slot is credited once, by this number. */
  readonly id: number;
  readonly rolloutId: string;
  /** `guardrail`: waits for canary sessions only, and is for limits that need no baseline. */
  readonly kind: 'comparison' | 'guardrail';
  /** Generation of the pointer that set the weight these sessions were assigned under. */
  readonly revision: number;
  /** That weight, in basis points. */
  readonly weightBp: number;
  /** Epoch milliseconds of its start. */
  readonly startMs: number;
  /** A whole number of base slots, or less where the weight changed in between. */
  readonly lengthMs: number;
  readonly canary: ArmMeasurements;
  readonly baseline: ArmMeasurements;
  /** One half of the baseline, split by one more bit of the hash: shows noise that is larger than chance. */
  readonly half?: ArmCounts;
  /** The most frequent errors of either arm. */
  readonly errors?: readonly SlotError[];
}

/** How sessions are put into slots; fixed for a rollout. */
export interface SlotRules {
  /** 10,000, or 2,000 where traffic at the start is 100 sessions/s or more. */
  readonly baseSlotMs: number;
  /** After this long without an outcome an attempt has failed. Default 10,000. */
  readonly outcomeWindowMs: number;
  /** A slot closes this long after its end. Default: outcome window + 5,000. */
  readonly closingLagMs: number;
  /** Whether there are guardrail slots as well. */
  readonly guardrail: boolean;
  /** Metrics of the application that are counted; others are not. Absent: none. */
  readonly reported?: readonly ReportedMetric[];
}
