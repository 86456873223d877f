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
export { cookie, unquoted } from './assignment/cookies.js';
export { overrideOf, type Asking } from './assignment/override.js';
export { bucketOf, weightBpOf, type Bucket } from './assignment/bucket.js';
export { decide, isCounted, type Arm, type Decision, type DecisionInput, type Reason } from './assignment/decide.js';
export { murmur3 } from './assignment/murmur3.js';
export type { ArmCounts, ArmMeasurements, Loads, Slot, SlotError, SlotRules } from './analysis/slot.js';
export {
  maxBeaconBytes,
  maxBeaconEvents,
  type Beacon,
  type BeaconEvent,
  type BeaconEventKind,
  type FailureKind,
} from './beacon.js';
export { edgeEntryOf } from './documents/edge-entry.js';
export type { Actor, History, HistoryEntry, HistoryKind, Outcome } from './documents/history.js';
export { defaultSampleRate, readIndex, type PlatformIndex, type ReadIndex } from './documents/platform-index.js';
export { acceptPointer, lowerGenerationIgnoredMs, type AcceptedPointer } from './documents/pointer-acceptance.js';
export { isPercent, pointerSchema, readPointer, saltOf, type Pointer, type ReadPointer } from './documents/pointer.js';
export type { AppKind, SharedDependency, VersionFile, VersionManifest } from './documents/version-manifest.js';
export { DeliveryError, errorCodes, type DeliveryErrorInit, type ErrorCode } from './errors.js';
export { isPreview, parseAppId, parseVersionId, type AppId, type VersionId } from './ids.js';
export {
  appConfigIndexKey,
  baselinesKey,
  groupKey,
  historyArchiveKey,
  historyKey,
  indexKey,
  invalidatedKey,
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
export { conditionText, kindsOf, overlap, type Condition } from './checks/condition.js';
export { judgeValue, valueAt, type Criteria } from './checks/judge-value.js';
export type { Check, CheckAnswer, CheckSubject } from './ports/check.js';
export type { Notification, Notifier } from './ports/notifier.js';
export type { Inability, Routed, Router } from './ports/router.js';
export type { ListedObject, Store, StoredObject, WriteCondition, WriteResult } from './ports/store.js';
export type { SlotJournal, TelemetrySource, WatchedRollout } from './ports/telemetry-source.js';
export { canBeginStoreKey, checkStoreKey, isStoreKey, kindOfKey } from './store-key.js';
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
  adaptiveRampOf,
  percentOf,
  stageNumbered,
  stageOf,
  type Follows,
  type Rollout,
  type RolloutEnd,
  type StageProgress,
} from './rollout/rollout.js';
export { firstWeightBp, startRollout, type StartInput } from './rollout/start.js';
export { autoSlotMs } from './rollout/base-slot.js';
export { forecast, type Forecast, type ForecastInput, type StageForecast } from './rollout/forecast.js';
export {
  countText,
  explainForecast,
  forecastWarnings,
  longText,
  percentText,
  rateText,
} from './rollout/forecast-words.js';
export { recommendPlan, type Recommendation } from './rollout/recommend-plan.js';
export { explainWaiting, waitingFor, type Waiting } from './rollout/waiting.js';
export { enteredBp, nextStepBp } from './rollout/next-step.js';
export { weightDue } from './rollout/reweigh.js';
export { applySlot, createAnalysis, type AnalysisOptions, type AnalysisState } from './analysis/analysis.js';
export { addToLikelihood, bandOf, noRatioLikelihood, type Band } from './analysis/band.js';
export { logIncrement, type RateNull, type SlotCounts } from './analysis/error-increment.js';
export {
  addHistograms,
  bucketEdge,
  bucketOfValue,
  bucketsOfFactor,
  countAbove,
  countIn,
  histogramBuckets,
  loadFromMs,
  quantileBucket,
  type Histogram,
} from './analysis/histogram.js';
export { followsIncident, incidentLimit, isIncident } from './analysis/incident.js';
export {
  isGlobalIncident,
  lnMetric,
  lnPromoteOf,
  lnRollbackOf,
  type HoldReason,
  type Judgement,
} from './analysis/judge.js';
export { klBernoulli, sessionsKnownBaseline, sessionsTwoSample } from './analysis/limits.js';
export { mergeSlots } from './analysis/merge-slots.js';
export {
  defaultRules,
  errorMargin,
  errorsMetric,
  guardrailMetric,
  loadTimeMetric,
  ownWeights,
  remoteFailuresMetric,
  reportedWeight,
  type AnalysisRules,
  type LimitMetric,
  type Metric,
  type MetricAction,
  type NewErrorRule,
  type QuantileMetric,
  type RateMetric,
  type Strictness,
} from './analysis/metric.js';
export { createMixture, growMixture, lnEvidence, restartOf, type Mixture } from './analysis/mixture.js';
export { firstWeight, lowestWeight, nextWeight, type RiskBudget } from './analysis/next-weight.js';
export { addNoise, noNoise, phiOf, type Noise } from './analysis/noise.js';
export { predictedShare, quantileIncrement, type Share } from './analysis/quantile-increment.js';
export { reportedIn, type ReportedMetric } from './analysis/reported-metric.js';
export { nothingBefore, rateBefore, type BaselineBefore, type Reference } from './analysis/reference.js';
export { lnRatio, lnRatioEvidence, type SampleRatio } from './analysis/sample-ratio.js';
export {
  harmGrid,
  harmRestarts,
  holdNull,
  horizonOf,
  lnHoldAt,
  lnPromoteAt,
  lnRollbackAt,
  lnSuspectAt,
  minFailedSubjects,
  promoteNull,
  quantileGrid,
  safetyGrid,
  tails,
} from './analysis/specs.js';
export { verdictOf, type MetricVerdict, type Verdict } from './analysis/verdict.js';
export type { AdaptiveRamp, Plan, Stage } from './rollout/plan.js';
export {
  grantCookie,
  grantName,
  grantParameter,
  grantToken,
  grantsOf,
  isAudience,
  mayHoldGrants,
  previewOf,
  readGrant,
  type Grant,
  type ReadGrant,
} from './trust/grant.js';
export { cookiePairs } from './trust/cookie-pairs.js';
export { edgeKeysOf, edgeKeysPlace, readEdgeKeys } from './trust/edge-keys.js';
export { isSigningKey, verify, type Signer, type SigningKey } from './trust/signature.js';
export {
  signatureCookie,
  signatureState,
  signedAtS,
  signSubject,
  subjectCookie,
  subjectOf,
  subjectSignedS,
  type VisitingSubject,
} from './trust/subject.js';
export { allowedIdFrom, consentCookie, hasAgreed, isAllowedId, type VisitorRules } from './trust/visitors.js';
