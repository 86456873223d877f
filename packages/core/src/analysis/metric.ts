/** What is done when a metric says that the canary is worse. */
export type MetricAction = 'roll-back' | 'hold' | 'notify';

interface MetricBase {
  /** `errors`, `load-time`, `remote-failures` and `guardrail` are Sluice's own; others are the application's. */
  readonly name: string;
  readonly action: MetricAction;
  /** Judged and told, without any effect. */
  readonly dryRun: boolean;
  /** Share in the rollback evidence, before it is divided by the sum over all that take part. */
  readonly weight: number;
}

/** Sessions in which something happened, compared between the arms. */
export interface RateMetric extends MetricBase {
  readonly kind: 'rate';
  /** Which sessions: that failed, that could not load the app, or in which the application reported the metric. */
  readonly of: 'failed' | 'load-failed' | 'reported';
  readonly worse: 'more' | 'less';
  /** Tolerated: `more`: p_c ≤ rho p_b + delta; `less`: p_c ≥ rho p_b − delta is written with rho < 1, delta 0. */
  readonly rho: number;
  readonly delta: number;
}

/** A number a session has, compared by how many sessions lie beyond quantiles of the baseline. */
export interface QuantileMetric extends MetricBase {
  readonly kind: 'quantile';
  /** Load times, by cache state; or values that the application reports. */
  readonly of: 'load' | 'reported';
  readonly worse: 'higher' | 'lower';
  /** Tolerated shift of a quantile, in half steps of 1.10; 2 is 10 %. */
  readonly toleranceBuckets: number;
  /** Lower end of the histogram's buckets. */
  readonly from: number;
}

/** An absolute limit on the share of failed sessions; needs no baseline. */
export interface LimitMetric extends MetricBase {
  readonly kind: 'limit';
  /** 0–1. */
  readonly limit: number;
}

export type Metric = RateMetric | QuantileMetric | LimitMetric;

/** An error that only the canary has, in at least so many sessions. */
export interface NewErrorRule {
  readonly sessions: number;
  readonly action: 'hold' | 'notify';
}

/** What a rollout is judged by; frozen with its plan. */
export interface AnalysisRules {
  /** Margins of the promote test. */
  readonly strictness: Strictness;
  readonly metrics: readonly Metric[];
  /** Null: new errors are not looked for. */
  readonly newErrors: NewErrorRule | null;
}

export type Strictness = 'default' | 'strict';

/** Shares of Sluice's own metrics in the rollback evidence, fixed before any start. */
export const ownWeights = { errors: 0.4, 'load-time': 0.3, 'remote-failures': 0.2, guardrail: 0.1 } as const;
/** Share of an application's own metric that may roll back. */
export const reportedWeight = 0.1;

const own = { action: 'roll-back', dryRun: false } as const;

/** Tolerated: 1.25 times as often and 0.05 percentage points; strict: 1.1 times and 0.02. */
export function errorMargin(strictness: Strictness): { readonly rho: number; readonly delta: number } {
  return strictness === 'strict' ? { rho: 1.1, delta: 0.0002 } : { rho: 1.25, delta: 0.0005 };
}

/** Errors: always there. */
export function errorsMetric(strictness: Strictness): RateMetric {
  const margin = errorMargin(strictness);
  return { ...own, kind: 'rate', name: 'errors', of: 'failed', worse: 'more', weight: ownWeights.errors, ...margin };
}

export function remoteFailuresMetric(strictness: Strictness): RateMetric {
  const margin = errorMargin(strictness);
  const weight = ownWeights['remote-failures'];
  return { ...own, kind: 'rate', name: 'remote-failures', of: 'load-failed', worse: 'more', weight, ...margin };
}

/** Tolerated: 10 % slower at the baseline's 50, 75, 90 and 95 %. */
export const loadTimeMetric: QuantileMetric = {
  ...own,
  kind: 'quantile',
  name: 'load-time',
  of: 'load',
  worse: 'higher',
  toleranceBuckets: 2,
  from: 10,
  weight: ownWeights['load-time'],
};

/** No more than this share of the sessions may fail, whatever the baseline does. */
export function guardrailMetric(limit: number): LimitMetric {
  return { ...own, kind: 'limit', name: 'guardrail', limit, weight: ownWeights.guardrail };
}

/** Sluice's own metrics, without a limit. */
export function defaultRules(strictness: Strictness): AnalysisRules {
  return {
    strictness,
    metrics: [errorsMetric(strictness), loadTimeMetric, remoteFailuresMetric(strictness)],
    newErrors: { sessions: 5, action: 'hold' },
  };
}
