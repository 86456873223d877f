import type { AlarmDefinition, AlarmState } from './alarm.js';

/** The evaluation range is longer than N by so many periods, so that a late datapoint does not look missing. */
export const extraPeriods = 2;

export interface AlarmInput {
  /** The evaluation range, oldest first; null where a period has no datapoint. What is no number counts as missing. */
  readonly datapoints: readonly (number | null)[];
  readonly previous: AlarmState;
}

/**
 * The state of an M-of-N alarm, as CloudWatch evaluates it (AWS, "Configuring how CloudWatch alarms treat missing
 * data"): with N real datapoints in the range the latest N decide and nothing else; with fewer, missing ones are filled
 * as the alarm says, only as many as are needed, and all real ones count. A single breach between gaps goes to ALARM as
 * soon as it is as old as M periods and only breaches or gaps came after it.
 */
export function evaluateAlarm(definition: AlarmDefinition, { datapoints, previous }: AlarmInput): AlarmState {
  const { evaluationPeriods: n, datapointsToAlarm: m, missing, threshold } = definition;
  const range = datapoints.map((value) => (value !== null && Number.isFinite(value) && value >= 0 ? value : null));
  const real = range.filter((value) => value !== null);
  const breaches = (values: readonly number[]): number => values.filter((value) => value > threshold).length;
  if (real.length >= n) return breaches(real.slice(-n)) >= m ? 'alarm' : 'ok';
  const seen = breaches(real);
  if (seen >= m) return 'alarm';
  switch (missing) {
    case 'breaching':
      return seen + n - real.length >= m ? 'alarm' : 'ok';
    case 'not-breaching':
      return 'ok';
    case 'ignore':
      return real.length > seen ? 'ok' : previous;
    case 'missing':
      if (real.length > seen) return 'ok';
      return seen > 0 && ageOfOldest(range) >= m ? 'alarm' : 'insufficient-data';
  }
}

/** How many periods ago the oldest datapoint of the range lies; the latest is 1 old. */
function ageOfOldest(range: readonly (number | null)[]): number {
  return range.length - range.findIndex((value) => value !== null);
}
