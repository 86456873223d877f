import type { Metric } from './metric.js';

/** A metric that the application reports itself, as far as a telemetry source must know it to count it. */
export type ReportedMetric =
  /** Sessions in which it happened. */
  | { readonly name: string; readonly kind: 'rate' }
  /** One value a session, in buckets from `from`. */
  | { readonly name: string; readonly kind: 'value'; readonly from: number };

/** Those of a rollout's metrics that are the application's own. */
export function reportedIn(metrics: readonly Metric[]): readonly ReportedMetric[] {
  return metrics.flatMap((metric): readonly ReportedMetric[] => {
    if (metric.kind === 'limit' || metric.of !== 'reported') return [];
    return [
      metric.kind === 'rate'
        ? { name: metric.name, kind: 'rate' }
        : { name: metric.name, kind: 'value', from: metric.from },
    ];
  });
}
