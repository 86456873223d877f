import type { AnalysisState } from './analysis.js';
import type { AnalysisRules, Metric } from './metric.js';
import { lnEvidence, lnSum } from './mixture.js';
import { newErrorOf } from './new-errors.js';
import { lnRatioEvidence } from './sample-ratio.js';
import { lnHoldAt, lnPromoteAt, lnRollbackAt, lnSuspectAt, minFailedSubjects } from './specs.js';

/**
 * Why the ramp is held: `errors`, the name of a metric, `new-error <fingerprint>`, `sample-ratio` (telemetry is
 * suspect), `incident` (both versions break the limit).
 */
export type HoldReason = string;

/** What follows from the evidence so far. */
export interface Judgement {
  /** Latched at the first crossing: the canary is to be taken back. */
  readonly failed: boolean;
  /** Highest ln of the rollback evidence so far; null while nothing could count. */
  readonly lnMax: number | null;
  readonly holds: readonly HoldReason[];
  /** Metrics and new errors that have crossed and are only told, each once. */
  readonly noted: readonly string[];
}

export const nothingJudged: Judgement = { failed: false, lnMax: null, holds: [], noted: [] };

/** In this order: rollback, which latches; sample ratio; hold. Promote is read at the moment of its decision. */
export function judge(state: AnalysisState, rules: AnalysisRules): Judgement {
  const before = state.judgement;
  const lnRollback = lnRollbackOf(state, rules);
  const lnMax = Math.max(before.lnMax ?? -Infinity, lnRollback);
  return {
    failed: before.failed || lnRollback >= lnRollbackAt,
    lnMax: lnMax === -Infinity ? null : lnMax,
    holds: holdsOf(state, rules),
    noted: [...before.noted, ...notesOf(state, rules).filter((name) => !before.noted.includes(name))],
  };
}

/** ln E of one metric; undefined where the rules do not have it. */
export function lnMetric(state: AnalysisState, name: string): number | undefined {
  const evidence = state.evidence[name];
  return evidence && lnEvidence(evidence.lnS);
}

/**
 * ln of the rollback evidence: the mean of the metrics that may roll back, by their weights. What must not count now
 * (errors of fewer than three subjects; a limit that stable breaks as well) counts as no evidence at all, so that the
 * mean stays an e-value.
 */
export function lnRollbackOf(state: AnalysisState, rules: AnalysisRules): number {
  const taking = rules.metrics.filter(({ action, dryRun }) => action === 'roll-back' && !dryRun);
  const weights = taking.reduce((sum, { weight }) => sum + weight, 0);
  if (weights === 0) return -Infinity;
  return lnSum(
    taking.map((metric) =>
      counts(state, metric)
        ? Math.log(metric.weight / weights) + (lnMetric(state, metric.name) ?? -Infinity)
        : -Infinity,
    ),
  );
}

function counts(state: AnalysisState, metric: Metric): boolean {
  if (metric.kind === 'quantile' || (metric.kind === 'rate' && metric.of === 'reported')) return true;
  if (state.totals.canary.failed < minFailedSubjects) return false;
  return metric.kind !== 'limit' || !isGlobalIncident(state);
}

/** Stable breaks the limit as well: nobody's fault but a reason to wait. */
export function isGlobalIncident({ baselineLimit }: AnalysisState): boolean {
  return baselineLimit !== null && lnEvidence(baselineLimit) >= lnRollbackAt;
}

/** Evidence that the canary is safe: it may go to 100 % where nothing holds. */
export function lnPromoteOf({ promote }: AnalysisState): number {
  return lnEvidence(promote);
}

function holdsOf(state: AnalysisState, rules: AnalysisRules): readonly HoldReason[] {
  const before = state.judgement.holds;
  const since = (reason: HoldReason, ln: number): boolean => (before.includes(reason) ? ln >= 0 : ln >= lnHoldAt);
  const holds: HoldReason[] = [];
  // Once suspect, always: the counts of before do not become right again.
  if (before.includes('sample-ratio') || lnRatioEvidence(state.ratio) >= lnSuspectAt) holds.push('sample-ratio');
  if (isGlobalIncident(state) && acts(rules, ({ kind }) => kind === 'limit')) holds.push('incident');
  const bad = since('errors', lnEvidence(state.hold)) && lnPromoteOf(state) < lnPromoteAt;
  if (bad && acts(rules, ({ name }) => name === 'errors')) holds.push('errors');
  for (const { name, action, dryRun } of rules.metrics) {
    if (action === 'hold' && !dryRun && name !== 'errors' && since(name, lnMetric(state, name) ?? 0)) holds.push(name);
  }
  const error = rules.newErrors?.action === 'hold' ? newErrorOf(state.errors, rules.newErrors) : undefined;
  if (error !== undefined) holds.push(`new-error ${error.fingerprint}`);
  return holds;
}

/** Whether a metric may do anything: neither in dry-run nor only told. */
function acts(rules: AnalysisRules, is: (metric: Metric) => boolean): boolean {
  return rules.metrics.some((metric) => is(metric) && !metric.dryRun && metric.action !== 'notify');
}

/** What is told without an effect: metrics in dry-run or with action notify, and new errors where the rules say so. */
function notesOf(state: AnalysisState, rules: AnalysisRules): readonly string[] {
  const noted = rules.metrics.filter(({ name, action, dryRun }) => {
    if (!dryRun && action !== 'notify') return false;
    return (lnMetric(state, name) ?? 0) >= (action === 'roll-back' ? lnRollbackAt : lnHoldAt);
  });
  const error = rules.newErrors?.action === 'notify' ? newErrorOf(state.errors, rules.newErrors) : undefined;
  return [...noted.map(({ name }) => name), ...(error === undefined ? [] : [`new-error ${error.fingerprint}`])];
}
