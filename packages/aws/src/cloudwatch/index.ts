/**
 * Metrics and alarms in CloudWatch.
 *
 *   import { alarmsFor, createEmfWriter } from '@sluice/aws/cloudwatch';
 *   const emf = createEmfWriter({ write: console.log, now: Date.now });
 *   emf.errors({ app: 'mfe1', version: 'v1.1.0', errorType: 'TypeError' }, 1);
 *   alarmsFor({ apps: ['mfe1'], distributionId: 'E2QWRUHAPOMQZL' });
 */
export { alarmsFor, type AlarmsWanted, type CloudWatchAlarm } from './alarms.js';
export { createAlarmReader, type AlarmReader, type AlarmReaderOptions } from './alarm-reader.js';
export { createEmfWriter, type EmfWriter, type EmfWriterOptions, type Reported } from './emf-writer.js';
export { emitted, type DimensionName, type EmittedMetric } from './emitted.js';
export { createMetricReader, type MetricReader, type VersionCounts, type Window } from './metric-reader.js';
export { putAlarms, type AlarmsToPut } from './put-alarms.js';
export { findUnfedAlarms, type UnfedAlarm } from './unfed-alarms.js';
