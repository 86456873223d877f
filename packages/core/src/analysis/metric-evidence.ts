import { logIncrement } from './error-increment.js';
import { countAbove, countIn } from './histogram.js';
import type { LimitMetric, Metric, QuantileMetric, RateMetric } from './metric.js';
import type { Mixture } from './mixture.js';
import { createMixture, growMixture, keepMixture } from './mixture.js';
import { predictedShare, quantileIncrement, type Share } from './quantile-increment.js';
import type { ArmMeasurements, Loads, Slot } from './slot.js';
import { gridOf, harmGrid, quantileGrid, tails } from './specs.js';

/** What a quantile metric has seen of the baseline, by stratum: how many, and how many beyond each threshold. */
interface TailCounts {
  readonly n: number;
  readonly beyond: readonly number[];
}

/** The evidence of one metric: ln S per alternative; a quantile metric's shares so far, by stratum. */
export interface MetricEvidence {
  readonly lnS: Mixture;
  readonly tails?: readonly TailCounts[];
}

export interface MetricStep {
  readonly slot: Slot;
  /** What the slot adds to S. */
  readonly restart: number;
  /** Evidence is divided by it: noise that is larger than chance. */
  readonly phi: number;
  /** Of a quantile metric; undefined while they are gathered. */
  readonly thresholds: readonly number[] | undefined;
}

/** Alternatives of a metric, in the order of its ln S. */
function alternatives(metric: Metric): number {
  switch (metric.kind) {
    case 'rate':
      return gridOf(metric).length;
    case 'quantile':
      return tails.length * quantileGrid.length;
    case 'limit':
      return harmGrid.length;
  }
}

export function createEvidence(metric: Metric, start: number): MetricEvidence {
  return { lnS: createMixture(alternatives(metric), start) };
}

/** One metric after one more slot. A slot in which it was not measured only passes time. */
export function growEvidence(metric: Metric, evidence: MetricEvidence, step: MetricStep): MetricEvidence {
  switch (metric.kind) {
    case 'rate':
      return { lnS: keepMixture(growMixture(evidence.lnS, step.restart, rateIncrement(metric, step))) };
    case 'quantile':
      return growQuantile(metric, evidence, step);
    case 'limit':
      return { lnS: growLimit(metric, evidence.lnS, { ...step, arm: step.slot.canary }) };
  }
}

function rateIncrement(metric: RateMetric, { slot, phi }: MetricStep): (i: number) => number {
  const ec = happened(metric, slot.canary);
  const eb = happened(metric, slot.baseline);
  if (ec === undefined || eb === undefined) return () => 0;
  const counts = { nc: slot.canary.sessions, nb: slot.baseline.sessions, ec, eb };
  const grid = gridOf(metric);
  return (i) => logIncrement(counts, metric, grid[i] ?? 1) / phi;
}

/** Sessions of the arm in which it happened; undefined where it was not measured. */
function happened(metric: RateMetric, arm: ArmMeasurements): number | undefined {
  switch (metric.of) {
    case 'failed':
      return arm.failed;
    case 'load-failed':
      return arm.loadFailed;
    case 'reported':
      return arm.rates?.[metric.name] ?? 0;
  }
}

interface LimitStep extends Pick<MetricStep, 'restart' | 'phi'> {
  readonly arm: ArmMeasurements;
}

/** The share of failed sessions of an arm against an absolute limit. */
export function growLimit({ limit }: LimitMetric, lnS: Mixture, { arm, restart, phi }: LimitStep): Mixture {
  const counts = { nc: arm.sessions, nb: 0, ec: arm.failed, eb: 0 };
  const tested = { rho: 0, delta: limit };
  return keepMixture(growMixture(lnS, restart, (i) => logIncrement(counts, tested, harmGrid[i] ?? 1) / phi));
}

interface Stratum {
  readonly canary: Loads;
  readonly baseline: Loads;
}

function growQuantile(metric: QuantileMetric, evidence: MetricEvidence, step: MetricStep): MetricEvidence {
  const { slot, thresholds, restart, phi } = step;
  if (thresholds === undefined) return evidence;
  const strata = strataOf(metric, slot);
  const none: TailCounts = { n: 0, beyond: tails.map(() => 0) };
  const before = strata.map((_, i) => evidence.tails?.[i] ?? none);
  const counts = strata.map(({ canary, baseline }) => ({
    canary: beyondOf(
      metric,
      canary,
      thresholds.map((at) => at + shiftOf(metric)),
    ),
    baseline: beyondOf(metric, baseline, thresholds),
  }));
  const lnS = growMixture(evidence.lnS, restart, (i) => {
    const tail = Math.floor(i / quantileGrid.length);
    const r = quantileGrid[i % quantileGrid.length] ?? 1;
    return counts.reduce((sum, { canary, baseline }, stratum) => {
      const pair = { nc: canary.n, nb: baseline.n, ec: canary.beyond[tail] ?? 0, eb: baseline.beyond[tail] ?? 0 };
      return sum + quantileIncrement(pair, shareOf(before[stratum] ?? none, tail), r) / phi;
    }, 0);
  });
  return { lnS: keepMixture(lnS), tails: counts.map(({ baseline }, i) => addTails(before[i] ?? none, baseline)) };
}

function shareOf({ n, beyond }: TailCounts, tail: number): Share {
  return predictedShare(tails[tail] ?? 0.5, { n, beyond: beyond[tail] ?? 0 });
}

function shiftOf({ worse, toleranceBuckets }: QuantileMetric): number {
  return worse === 'higher' ? toleranceBuckets : -toleranceBuckets;
}

function strataOf(metric: QuantileMetric, { canary, baseline }: Slot): readonly Stratum[] {
  if (metric.of === 'reported') {
    const of = (arm: ArmMeasurements): Loads => ({ unloaded: 0, histogram: arm.values?.[metric.name] ?? [] });
    return [{ canary: of(canary), baseline: of(baseline) }];
  }
  const { loads: c } = canary;
  const { loads: b } = baseline;
  if (c === undefined || b === undefined) return [];
  return [
    { canary: c.cold, baseline: b.cold },
    { canary: c.warm, baseline: b.warm },
  ];
}

/** How many there are, and how many lie beyond each threshold; what did not load lies beyond all. */
function beyondOf({ worse }: QuantileMetric, loads: Loads, thresholds: readonly number[]): TailCounts {
  const counted = countIn(loads.histogram);
  const beyond = thresholds.map((at) =>
    worse === 'higher'
      ? loads.unloaded + countAbove(loads.histogram, at)
      : counted - countAbove(loads.histogram, at - 1),
  );
  return { n: counted + loads.unloaded, beyond };
}

function addTails(a: TailCounts, b: TailCounts): TailCounts {
  return { n: a.n + b.n, beyond: a.beyond.map((count, i) => count + (b.beyond[i] ?? 0)) };
}
