import { addHistograms, countIn, quantileBucket, type Histogram } from './histogram.js';
import type { Metric, QuantileMetric } from './metric.js';
import { noNoise, type Noise } from './noise.js';
import type { ArmMeasurements } from './slot.js';
import { tails } from './specs.js';

/** What is known of stable's sessions before a rollout starts: the last 60 min, as far as they were sampled. */
export interface BaselineBefore {
  /** Sessions per second lately, sampling accounted for; null where it is not known. */
  readonly sessionsPerSecond: number | null;
  readonly sessions: number;
  readonly failed: number;
  /** By name of a quantile metric. */
  readonly histograms: Readonly<Record<string, Histogram>>;
  readonly noise: Noise;
  /** Fingerprints of errors that stable has. */
  readonly errors: readonly string[];
}

/**
 * What the rollout is compared with besides the baseline of the same minutes; frozen at its start, or as soon as its
 * first slots have shown enough. Until then promote evidence does not grow, and quantiles are not compared.
 */
export interface Reference {
  /** Failure rate of the baseline; null while gathered. */
  readonly rate: number | null;
  readonly gathered: { readonly sessions: number; readonly failed: number };
  /** Buckets of a quantile metric's thresholds, one a tail; absent while gathered. */
  readonly thresholds: Readonly<Record<string, readonly number[]>>;
  readonly histograms: Readonly<Record<string, Histogram>>;
}

const enoughFailed = 20;
const enoughSessions = 2000;
const enoughValues = 200;

export const nothingBefore: BaselineBefore = {
  sessionsPerSecond: null,
  sessions: 0,
  failed: 0,
  histograms: {},
  noise: noNoise,
  errors: [],
};

export function createReference(metrics: readonly Metric[], before: BaselineBefore): Reference {
  const none: Reference = { rate: null, gathered: { sessions: 0, failed: 0 }, thresholds: {}, histograms: {} };
  return gather(none, metrics, { sessions: before.sessions, failed: before.failed, histograms: before.histograms });
}

/** Stable's failure rate, as a rollout that starts now would freeze it; null where too little was seen. */
export function rateBefore(before: BaselineBefore): number | null {
  return createReference([], before).rate;
}

/** Baseline sessions that are still to be seen until the reference is frozen, where a share of them fails. */
export function sessionsToReference(before: Pick<BaselineBefore, 'sessions' | 'failed'>, failureRate: number): number {
  const failing = failureRate > 0 ? (enoughFailed - before.failed) / failureRate : Infinity;
  return Math.max(0, Math.min(enoughSessions - before.sessions, failing));
}

/** Takes the baseline of one slot in, after that slot was judged: what is frozen never depends on what it judges. */
export function addToReference(reference: Reference, metrics: readonly Metric[], baseline: ArmMeasurements): Reference {
  const quantiles = metrics.filter((metric) => metric.kind === 'quantile');
  const waits = quantiles.some(({ name }) => reference.thresholds[name] === undefined);
  if (reference.rate !== null && !waits) return reference;
  const histograms = Object.fromEntries(quantiles.map((metric) => [metric.name, pooled(metric, baseline)]));
  return gather(reference, metrics, { sessions: baseline.sessions, failed: baseline.failed, histograms });
}

interface Gathered {
  readonly sessions: number;
  readonly failed: number;
  readonly histograms: Readonly<Record<string, Histogram>>;
}

function gather(reference: Reference, metrics: readonly Metric[], more: Gathered): Reference {
  const sessions = reference.gathered.sessions + more.sessions;
  const failed = reference.gathered.failed + more.failed;
  const enough = failed >= enoughFailed || sessions >= enoughSessions;
  const rate = reference.rate ?? (enough ? (failed + 0.5) / (sessions + 1) : null);
  const thresholds: Record<string, readonly number[]> = { ...reference.thresholds };
  const histograms: Record<string, Histogram> = {};
  for (const metric of metrics) {
    if (metric.kind !== 'quantile' || thresholds[metric.name] !== undefined) continue;
    const sum = addHistograms(reference.histograms[metric.name] ?? [], more.histograms[metric.name] ?? []);
    if (countIn(sum) >= enoughValues) thresholds[metric.name] = thresholdsOf(metric, sum);
    else histograms[metric.name] = sum;
  }
  return {
    rate,
    gathered: reference.rate === null ? { sessions, failed } : reference.gathered,
    thresholds,
    histograms,
  };
}

function thresholdsOf({ worse }: QuantileMetric, histogram: Histogram): readonly number[] {
  return tails.map((tail) => quantileBucket(histogram, worse === 'higher' ? 1 - tail : tail) ?? 0);
}

/** All cache states together: thresholds are one set for all of them. */
function pooled(metric: QuantileMetric, arm: ArmMeasurements): Histogram {
  if (metric.of === 'reported') return arm.values?.[metric.name] ?? [];
  return addHistograms(arm.loads?.cold.histogram ?? [], arm.loads?.warm.histogram ?? []);
}
