import {
  addHistograms,
  bucketEdge,
  briefAlarms,
  evaluateAlarm,
  loadFromMs,
  quantileBucket,
  type AlarmMetricName,
} from '@sluice/core';
import { everyPeriod, type Peer, type Watcher } from './peer.js';

/**
 * The alarms of the brief, over all versions together: more than 10 errors in 5 minutes, twice; a p95 of the load time
 * above 3 s in 5 minutes, three times. Any alarm takes the canary back.
 */
export const briefPeer: Peer = {
  name: "the brief's alarms",
  rule: 'over 10 errors of all versions in 5 min, twice; load p95 over 3 s, three times',
  source: 'the document that Sluice comes from, Monitoring and Alarms',
  start() {
    const watchers = [alarm('error-count'), alarm('load-time-p95')];
    return (reading) => watchers.map((watch) => watch(reading)).some(Boolean);
  },
};

function alarm(metric: AlarmMetricName): Watcher {
  const definition = briefAlarms.find((one) => one.metric === metric);
  if (definition === undefined) throw new RangeError(metric);
  const datapoints: (number | null)[] = [];
  return everyPeriod(definition.periodMs, ({ canary, baseline, loads }) => {
    const errors = canary.failed + baseline.failed;
    const bucket = quantileBucket(
      loads.reduce((all, one) => addHistograms(all, one), []),
      0.95,
    );
    const p95 = bucket === undefined ? null : bucketEdge(bucket, loadFromMs);
    datapoints.push(metric === 'error-count' ? (errors === 0 ? null : errors) : p95);
    const range = datapoints.slice(-definition.evaluationPeriods - 2);
    return evaluateAlarm(definition, { datapoints: range, previous: 'ok' }) === 'alarm';
  });
}
