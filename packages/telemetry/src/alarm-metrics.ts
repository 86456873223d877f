import type { AlarmDefinition, AlarmMetricName } from '@sluice/core';
import { extraPeriods } from '@sluice/core';
import { addLoad, createLoads, quantile, type Loads } from './load-times.js';

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
  loads: Loads | undefined;
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
    const fresh: Minute = { errors: 0, reports: 0, total: 0, status4xx: 0, status5xx: 0, loads: undefined };
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
      minute.loads ??= createLoads();
      addLoad(minute.loads, loadMs);
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
      return quantile(
        minutes.flatMap(({ loads }) => (loads === undefined ? [] : [loads])),
        0.95,
      );
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

function percent(part: number, of: number): number | null {
  return of === 0 ? null : (100 * part) / of;
}
