/**
 * Written configuration and stored documents, checked with every problem listed.
 *
 *   import { parsePointerDocument } from '@sluice/schema';
 *   const parsed = parsePointerDocument(text);
 *   if (parsed.kind === 'invalid') for (const { place, problem, remedy } of parsed.issues) …
 */
export { planOf } from './app-plan.js';
export { parseBaselines, serialiseBaselines, type BaselineEntry, type Baselines } from './baselines.js';
export { parseBeacon, type AlarmMetric, type CheckedBeacon, type ParsedBeacon } from './beacon.js';
export type { CheckedEvent } from './beacon-event.js';
export {
  defineConfig,
  parseConfig,
  type Config,
  type ConfigApp,
  type ConfigGroup,
  type ConfigNotifier,
  type WrittenApp,
  type WrittenConfig,
  type WrittenNotifier,
} from './config.js';
export type { ConfigCheck, WrittenCheck, WrittenCondition } from './config-checks.js';
export type { PrometheusTelemetry } from './config-telemetry.js';
export { parseDuration } from './duration.js';
export { parseEdgeCounts, type EdgeCounts } from './edge-counts.js';
export { parseFreezeWindows, type WrittenFreezeWindow } from './freeze-windows.js';
export { parseHistoryDocument, serialiseHistory } from './history.js';
export { parseJson } from './json.js';
export { parseShape, type Issue, type Parsed } from './parsed.js';
export { parseIndexDocument, serialiseIndex } from './platform-index.js';
export { adaptivePlan, parsePlan, quietPlan, standardPlan, type WrittenPlan } from './plan.js';
export type { WrittenMetrics } from './metrics.js';
export type { WrittenRamp } from './plan-ramp.js';
export {
  emptyPlatformDocument,
  parsePlatformDocument,
  serialisePlatformDocument,
  type LineEvent,
  type PlatformDocument,
  type RunningSlot,
} from './platform-document.js';
export { parsePointerDocument, serialisePointer, type UnknownSchema } from './pointer.js';
export {
  parseRecordDocument,
  serialiseRecord,
  type MemberRecord,
  type PointerWrite,
  type Queued,
  type RolloutRecord,
} from './record.js';
export type { AwsRegion, AwsTarget, LocalTarget, Target, WrittenTarget } from './target.js';
export { parseTold, serialiseTold, type Told } from './told.js';
export { mergeVersionsSeen, parseVersionsSeen, serialiseVersionsSeen, type VersionsSeen } from './versions-seen.js';
export { parseVersionManifest } from './version-manifest.js';
