/**
 * Written configuration and stored documents, checked with every problem listed.
 *
 *   import { parsePointerDocument } from '@sluice/schema';
 *   const parsed = parsePointerDocument(text);
 *   if (parsed.kind === 'invalid') for (const { place, problem, remedy } of parsed.issues) …
 */
export { parseBeacon, type AlarmMetric, type CheckedBeacon, type CheckedEvent, type ParsedBeacon } from './beacon.js';
export {
  defineConfig,
  parseConfig,
  type Config,
  type ConfigApp,
  type Target,
  type WrittenApp,
  type WrittenConfig,
  type WrittenTarget,
} from './config.js';
export { parseDuration } from './duration.js';
export { parseHistoryDocument, serialiseHistory } from './history.js';
export { parseShape, type Issue, type Parsed } from './parsed.js';
export { parseIndexDocument, serialiseIndex } from './platform-index.js';
export { parsePlan, standardPlan, type WrittenPlan } from './plan.js';
export { parsePointerDocument, serialisePointer, type UnknownSchema } from './pointer.js';
export { parseRecordDocument, serialiseRecord, type PointerWrite, type RolloutRecord } from './record.js';
export { parseVersionManifest } from './version-manifest.js';
