/**
 * Beacons to sessions to slots.
 *
 *   import { createMetricsHandler, createRateLimit, createTelemetry } from '@sluice/telemetry';
 *   const telemetry = createTelemetry({ journal, now: Date.now, sampleRate: 0.01 });
 *   const handle = createMetricsHandler({ telemetry, limit: createRateLimit({ perClient: 20, total: 5000 }), apps });
 */
export { createAlarmMetrics, type AlarmMetrics, type RequestCounts } from './alarm-metrics.js';
export { createLocalAlarms, type LocalAlarms, type LocalAlarmsOptions } from './local-alarms.js';
export {
  createMetricsHandler,
  type AdmissionOptions,
  type MetricsAnswer,
  type MetricsOptions,
  type MetricsRequest,
} from './handle-metrics.js';
export { createEventCounts, type EventCounts } from './metrics/event-counts.js';
export { expositionText, expositionType, type MetricFamily, type MetricSample } from './metrics/exposition.js';
export { createKnownVersions, type KnownVersions } from './metrics/known-versions.js';
export { countingSlots, createSlotCounts, startTimeName, type SlotCounts } from './metrics/slot-counts.js';
export { besideOwnCounters } from './prometheus/own-counters.js';
export { createPrometheusSource, type PrometheusSourceOptions } from './prometheus/prometheus-source.js';
export { createRateLimit, type RateLimit, type RateLimitOptions } from './rate-limit.js';
export type { Cell } from './table/cells.js';
export { createTableHandler, type TableHandlerOptions } from './table/handle-in-table.js';
export type { ClosedLine, Counting, SessionTable } from './table/session-table.js';
export { createTableIngest, type TableIngest, type TableIngestOptions } from './table/table-ingest.js';
export { createTableSource, type TableSourceOptions } from './table/table-source.js';
export type { TableWatch } from './table/table-watch.js';
export { nobody, type Visitor } from './table/visitor.js';
export { createWebCheck, type WebCheckOptions } from './web/web-check.js';
export { createIntake, type Intake, type IntakeCounts } from './trust/intake.js';
export { defaultRangeCaps, type RangeCaps } from './trust/range-ledger.js';
export { createTelemetry, type Ingested, type Telemetry, type TelemetryOptions, type Uncounted } from './telemetry.js';
