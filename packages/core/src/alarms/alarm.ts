import type { AppId } from '../ids.js';

export type AlarmMetricName = 'error-count' | 'load-time-p95' | '5xx-percent' | '4xx-percent';
export type AlarmState = 'ok' | 'alarm' | 'insufficient-data';

/** An outer guard beside the analysis: a threshold on a metric of all versions, as in the brief. */
export interface AlarmDefinition {
  readonly name: string;
  readonly metric: AlarmMetricName;
  /** The alarm goes off above it, not at it. */
  readonly threshold: number;
  readonly periodMs: number;
  /** N: so many latest periods are looked at. */
  readonly evaluationPeriods: number;
  /** M: so many of them must be above. */
  readonly datapointsToAlarm: number;
  readonly missing: 'missing' | 'breaching' | 'not-breaching' | 'ignore';
  /** `app` takes that app's canary back; `global` only holds. */
  readonly scope: 'app' | 'global';
}

/** One alarm of one app (null where it is global) as it is now. */
export interface AlarmReading {
  readonly alarm: string;
  readonly app: AppId | null;
  readonly scope: 'app' | 'global';
  readonly state: AlarmState;
  readonly why: string;
}

const minuteMs = 60_000;

/**
 * The brief's four. Errors are only reported when there are some: no report is no error. Of the others a silent period
 * says nothing: neither that all is well nor that it is not.
 */
export const briefAlarms: readonly AlarmDefinition[] = [
  alarmOf({ name: 'error-count', metric: 'error-count', threshold: 10, periodMs: 5 * minuteMs, periods: 2 }),
  alarmOf({ name: 'load-time', metric: 'load-time-p95', threshold: 3000, periodMs: 5 * minuteMs, periods: 3 }),
  alarmOf({ name: '5xx', metric: '5xx-percent', threshold: 5, periodMs: minuteMs, periods: 3 }),
  alarmOf({ name: '4xx', metric: '4xx-percent', threshold: 10, periodMs: minuteMs, periods: 3 }),
];

function alarmOf(
  brief: Pick<AlarmDefinition, 'name' | 'metric' | 'threshold' | 'periodMs'> & { readonly periods: number },
): AlarmDefinition {
  const { periods, ...rest } = brief;
  const missing = brief.metric === 'error-count' ? 'not-breaching' : 'missing';
  return { ...rest, evaluationPeriods: periods, datapointsToAlarm: periods, missing, scope: 'app' };
}
