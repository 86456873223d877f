/**
 * The pure heart of Sluice.
 *
 *   import { decide, readPointer } from '@sluice/core';
 *   const read = readPointer(JSON.parse(text));
 *   if (read) decide({ app: 'mfe1', pointer: read.pointer, subject: 'user-1' }); // { version, arm, reason, bucket }
 */
export {
  briefAlarms,
  type AlarmDefinition,
  type AlarmMetricName,
  type AlarmReading,
  type AlarmState,
} from './alarms/alarm.js';
export { evaluateAlarm, extraPeriods, type AlarmInput } from './alarms/evaluate-alarm.js';
export { isBot } from './assignment/bot.js';
export { cookie } from './assignment/cookies.js';
export { overrideOf, type Asking } from './assignment/override.js';
export { bucketOf, weightBpOf, type Bucket } from './assignment/bucket.js';
export { decide, isCounted, type Arm, type Decision, type DecisionInput, type Reason } from './assignment/decide.js';
export { murmur3 } from './assignment/murmur3.js';
export type { ArmCounts, Slot, SlotRules } from './analysis/slot.js';
export {
  maxBeaconBytes,
  maxBeaconEvents,
  type Beacon,
  type BeaconEvent,
  type BeaconEventKind,
  type FailureKind,
} from './beacon.js';
export type { Actor, History, HistoryEntry, HistoryKind, Outcome } from './documents/history.js';
export { defaultSampleRate, readIndex, type PlatformIndex, type ReadIndex } from './documents/platform-index.js';
export { acceptPointer, lowerGenerationIgnoredMs, type AcceptedPointer } from './documents/pointer-acceptance.js';
export { isPercent, pointerSchema, readPointer, saltOf, type Pointer, type ReadPointer } from './documents/pointer.js';
export type { AppKind, SharedDependency, VersionFile, VersionManifest } from './documents/version-manifest.js';
export { DeliveryError, errorCodes, type DeliveryErrorInit, type ErrorCode } from './errors.js';
export { isPreview, parseAppId, parseVersionId, type AppId, type VersionId } from './ids.js';
export {
  groupKey,
  historyArchiveKey,
  historyKey,
  indexKey,
  placeOf,
  platformKey,
  pointerKey,
  recordKey,
  storeMarkerKey,
  toldKey,
  versionManifestKey,
  versionsSeenKey,
  versionPrefix,
  type AppPlace,
} from './keys.js';
export { notificationOf, type NotificationContext } from './notification.js';
export { plainNotification } from './notification/plain-text.js';
export type { Notification, Notifier } from './ports/notifier.js';
export type { Router } from './ports/router.js';
export type { ListedObject, Store, StoredObject, WriteCondition, WriteResult } from './ports/store.js';
export type { SlotJournal, TelemetrySource, WatchedRollout } from './ports/telemetry-source.js';
export { lastStableUntil, lastTakenBack, stableVersions } from './documents/stable-versions.js';
export { frozenAt, type FreezeWindow } from './policy/freeze.js';
export { planGarbage, type GarbageInput, type GarbagePlan } from './policy/garbage.js';
export { exposedBp, type Exposure } from './policy/exposure.js';
export { line, sluice } from './rollout/draft.js';
export { isPromotion, isTakenBack } from './rollout/end.js';
export { describe } from './rollout/drift.js';
export type { Effect, Expectation, HistoryDraft, RefusalCode, RolloutEvent, Step } from './rollout/event.js';
export { reduceAll, reduceMember, type Members, type MembersStep } from './rollout/members.js';
export { firstObstacle, overrideFor, overrideNames, type Obstacle, type OverrideName } from './rollout/obstacle.js';
export {
  blockingPointer,
  intendedPointer,
  maxBlocked,
  stablePointer,
  type PointerInput,
} from './rollout/intended-pointer.js';
export { reduce } from './rollout/reduce.js';
export { stale } from './rollout/stale.js';
export {
  isBaking,
  isRunning,
  stageNumbered,
  stageOf,
  type Follows,
  type Rollout,
  type RolloutEnd,
  type StageProgress,
} from './rollout/rollout.js';
export { startRollout, type StartInput } from './rollout/start.js';
export { explainWaiting, waitingFor, type Waiting } from './rollout/waiting.js';
export { applySlot, createAnalysis, type AnalysisOptions, type AnalysisState } from './analysis/analysis.js';
export {
  createProcess,
  logIncrement,
  updateProcess,
  type ProcessSpec,
  type ProcessState,
  type SlotCounts,
} from './analysis/error-process.js';
export {
  holdSpec,
  horizonOf,
  lnHoldAt,
  lnRollbackAt,
  minFailedSubjects,
  rollbackSpec,
  type Strictness,
} from './analysis/specs.js';
export { verdictOf, type Verdict } from './analysis/verdict.js';
export type { Plan, Stage } from './rollout/plan.js';
