import type { AlarmDefinition, AlarmMetricName } from '@sluice/core';
import { bucketEdge, bucketOfValue, extraPeriods, loadFromMs, quantileBucket } from '@sluice/core';

/** What the edge counted of one app since it last told. */
export interface RequestCounts {
  readonly total: number;
  readonly status4xx: number;
  readonly status5xx: number;
}

/** What alarms are evaluated on, per app and minute. */
export interface AlarmMetrics {
  error(app: string, count: number, nowMs: number): void;
  loadTime(app: string, loadMs: number, nowMs: number): void;
  requests(app: string, counts: RequestCounts, nowMs: number): void;
  /** Of finished periods, oldest first: N and a few more; null where a period says nothing. App null: all apps. */
  datapoints(app: string | null, definition: AlarmDefinition, nowMs: number): readonly (number | null)[];
}

interface Minute {
  errors: number;
  reports: number;
  total: number;
  status4xx: number;
  status5xx: number;
  /** Loads by bucket of their time. */
  readonly loads: Map<number, number>;
}

const minuteMs = 60_000;
/** Longer than any evaluation range of the brief's alarms. */
const minutesKept = 60;
const mostApps = 1000;

/** Bounded in apps and minutes: what comes beyond is dropped. */
export function createAlarmMetrics(): AlarmMetrics {
  const apps = new Map<string, Map<number, Minute>>();
  const at = (app: string, nowMs: number): Minute | undefined => {
    const minutes = apps.get(app) ?? new Map<number, Minute>();
    if (!apps.has(app) && apps.size >= mostApps) return undefined;
    apps.set(app, minutes);
    const number = Math.floor(nowMs / minuteMs);
    const known = minutes.get(number);
    if (known !== undefined) return known;
    for (const old of minutes.keys()) if (old <= number - minutesKept) minutes.delete(old);
    const fresh: Minute = { errors: 0, reports: 0, total: 0, status4xx: 0, status5xx: 0, loads: new Map() };
    minutes.set(number, fresh);
    return fresh;
  };
  return {
    error(app, count, nowMs) {
      const minute = at(app, nowMs);
      if (minute === undefined || !(count >= 0) || count > 1e9) return;
      minute.errors += count;
      minute.reports += 1;
    },
    loadTime(app, loadMs, nowMs) {
      const minute = at(app, nowMs);
      if (minute === undefined || !(loadMs >= 0)) return;
      const bucket = bucketOfValue(loadMs, loadFromMs);
      minute.loads.set(bucket, (minute.loads.get(bucket) ?? 0) + 1);
      minute.reports += 1;
    },
    requests(app, counts, nowMs) {
      const minute = at(app, nowMs);
      if (minute === undefined) return;
      minute.total += counts.total;
      minute.status4xx += counts.status4xx;
      minute.status5xx += counts.status5xx;
      minute.reports += 1;
    },
    datapoints(app, definition, nowMs) {
      const of = app === null ? [...apps.values()] : [apps.get(app)].filter((one) => one !== undefined);
      const periods = definition.evaluationPeriods + extraPeriods;
      const last = Math.floor(nowMs / definition.periodMs);
      return Array.from({ length: periods }, (_, i) => {
        const period = last - periods + i;
        return valueOf(definition.metric, minutesIn(of, { period, periodMs: definition.periodMs }));
      });
    },
  };
}

function minutesIn(
  apps: readonly ReadonlyMap<number, Minute>[],
  { period, periodMs }: { readonly period: number; readonly periodMs: number },
): readonly Minute[] {
  const first = Math.floor((period * periodMs) / minuteMs);
  const count = Math.ceil(periodMs / minuteMs);
  return apps.flatMap((minutes) =>
    Array.from({ length: count }, (_, i) => minutes.get(first + i)).filter((minute) => minute !== undefined),
  );
}

function valueOf(metric: AlarmMetricName, minutes: readonly Minute[]): number | null {
  const sum = (of: (minute: Minute) => number): number => minutes.reduce((all, minute) => all + of(minute), 0);
  switch (metric) {
    case 'error-count':
      return sum(({ reports }) => reports) === 0 ? null : sum(({ errors }) => errors);
    case 'load-time-p95':
      return loadTimeAt(0.95, minutes);
    case '5xx-percent':
      return percent(
        sum(({ status5xx }) => status5xx),
        sum(({ total }) => total),
      );
    case '4xx-percent':
      return percent(
        sum(({ status4xx }) => status4xx),
        sum(({ total }) => total),
      );
  }
}

/** Upper edge, in milliseconds, of the bucket that holds the quantile; null where nothing was loaded. */
function loadTimeAt(quantile: number, minutes: readonly Minute[]): number | null {
  const loads = new Map<number, number>();
  for (const minute of minutes) {
    for (const [bucket, count] of minute.loads) loads.set(bucket, (loads.get(bucket) ?? 0) + count);
  }
  const bucket = quantileBucket(
    [...loads].toSorted(([a], [b]) => a - b),
    quantile,
  );
  return bucket === undefined ? null : bucketEdge(bucket, loadFromMs);
}

function percent(part: number, of: number): number | null {
  return of === 0 ? null : (100 * part) / of;
}
