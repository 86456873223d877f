import { addToLikelihood, noRatioLikelihood, type RatioLikelihood } from './band.js';
import { logIncrement, type SlotCounts } from './error-increment.js';
import { addRecent, followsIncident, incidentLimit, isIncident, noRecentBaseline, promotable } from './incident.js';
import type { RecentBaseline } from './incident.js';
import { judge, nothingJudged, type Judgement } from './judge.js';
import type { AnalysisRules, LimitMetric } from './metric.js';
import { createEvidence, growEvidence, growLimit, type MetricEvidence } from './metric-evidence.js';
import { createMixture, growMixture, keepMixture, restartOf, type Mixture } from './mixture.js';
import { addErrors, noNewErrors, type NewErrors } from './new-errors.js';
import { addNoise, phiOf, type Noise } from './noise.js';
import { addToReference, createReference, nothingBefore, type BaselineBefore, type Reference } from './reference.js';
import { addToRatio, noSampleRatio, type SampleRatio } from './sample-ratio.js';
import type { ArmCounts, Slot } from './slot.js';
import { soundSlot } from './sound-slot.js';
import { harmGrid, harmRestarts, holdNull, promoteNull, safetyGrid } from './specs.js';

/** Everything the analysis remembers of a rollout: O(1), JSON-serialisable, replayable bit for bit. */
export interface AnalysisState {
  /** H, in slots of 10 s. */
  readonly horizon: number;
  /** Of it, by comparisons and by limits, in slots of 10 s. */
  readonly spent: { readonly comparison: number; readonly guardrail: number };
  readonly totals: { readonly canary: ArmCounts; readonly baseline: ArmCounts };
  /** By the name of a metric. */
  readonly evidence: Readonly<Record<string, MetricEvidence>>;
  readonly hold: Mixture;
  readonly promote: Mixture;
  /** The baseline against the limit of the guardrail; null where there is none. */
  readonly baselineLimit: Mixture | null;
  readonly reference: Reference;
  readonly recent: RecentBaseline;
  readonly noise: Noise;
  readonly ratio: SampleRatio;
  readonly errors: NewErrors;
  readonly likelihood: RatioLikelihood;
  readonly judgement: Judgement;
}

export interface AnalysisOptions {
  /** In slots of 10 s, see {@link horizonOf}. */
  readonly horizon: number;
  readonly rules: AnalysisRules;
  /** What is known of stable before the start; absent: nothing. */
  readonly before?: BaselineBefore | undefined;
}

export function createAnalysis({ horizon, rules, before = nothingBefore }: AnalysisOptions): AnalysisState {
  const none: ArmCounts = { sessions: 0, failed: 0 };
  const { start } = harmRestarts(horizon);
  const hasLimit = rules.metrics.some(({ kind }) => kind === 'limit');
  return {
    horizon,
    spent: { comparison: 0, guardrail: 0 },
    totals: { canary: none, baseline: none },
    evidence: Object.fromEntries(rules.metrics.map((metric) => [metric.name, createEvidence(metric, start)])),
    hold: createMixture(harmGrid.length, start),
    promote: createMixture(safetyGrid.length, 1),
    baselineLimit: hasLimit ? createMixture(harmGrid.length, start) : null,
    reference: createReference(rules.metrics, before),
    recent: noRecentBaseline,
    noise: before.noise,
    ratio: noSampleRatio,
    errors: { ...noNewErrors, known: before.errors },
    likelihood: noRatioLikelihood,
    judgement: nothingJudged,
  };
}

/** The analysis after one more closed slot. Pure: the same slots in the same order give the same state, bit for bit. */
export function applySlot(state: AnalysisState, rules: AnalysisRules, given: Slot): AnalysisState {
  const slot = soundSlot(given);
  const next = slot.kind === 'guardrail' ? growLimits(state, rules, slot) : compare(state, rules, slot);
  return { ...next, judgement: judge(next, rules) };
}

/** Without guardrail slots of their own, limits live on the slots of the comparison. */
function compare(state: AnalysisState, rules: AnalysisRules, slot: Slot): AnalysisState {
  const time = { spent: state.spent.comparison, slots: slot.lengthMs / 10_000 };
  const restart = restartOf(harmRestarts(state.horizon), time);
  const phi = phiOf(state.noise);
  const { canary, baseline } = slot;
  const counts: SlotCounts = { nc: canary.sessions, nb: baseline.sessions, ec: canary.failed, eb: baseline.failed };
  const evidence = { ...state.evidence };
  for (const metric of rules.metrics) {
    const before = evidence[metric.name];
    if (metric.kind === 'limit' || before === undefined) continue;
    const thresholds = state.reference.thresholds[metric.name];
    evidence[metric.name] = growEvidence(metric, before, { slot, restart, phi, thresholds });
  }
  const hold = (i: number): number => logIncrement(counts, holdNull, harmGrid[i] ?? 1) / phi;
  return {
    ...state,
    ...promoteAfter(state, rules, { slot, counts, phi }),
    spent: { ...state.spent, comparison: Math.min(state.horizon, time.spent + time.slots) },
    totals: { canary: add(state.totals.canary, canary), baseline: add(state.totals.baseline, baseline) },
    evidence,
    hold: keepMixture(growMixture(state.hold, restart, hold)),
    reference: addToReference(state.reference, rules.metrics, baseline),
    noise: addNoise(state.noise, baseline, slot.half),
    ratio: addToRatio(state.ratio, {
      revision: slot.revision,
      weight: slot.weightBp / 10_000,
      canary: canary.sessions,
      baseline: baseline.sessions,
    }),
    errors: rules.newErrors === null ? state.errors : addErrors(state.errors, slot),
    likelihood: addToLikelihood(state.likelihood, counts, phi),
  };
}

interface PromoteStep {
  readonly slot: Slot;
  readonly counts: SlotCounts;
  readonly phi: number;
}

/** A shared incident gives promote nothing, nor does anything before the reference is frozen. */
function promoteAfter(
  state: AnalysisState,
  { strictness }: AnalysisRules,
  { slot, counts, phi }: PromoteStep,
): Pick<AnalysisState, 'promote' | 'recent'> {
  const { rate } = state.reference;
  const limit = incidentLimit(rate ?? 0);
  const incident = rate !== null && isIncident(slot.baseline, limit);
  const after = rate === null || followsIncident(state.recent, slot.startMs, limit);
  const tested = promoteNull(strictness);
  return {
    promote: keepMixture(
      growMixture(state.promote, 0, (i) =>
        promotable(logIncrement(counts, tested, safetyGrid[i] ?? 1) / phi, { incident, after }),
      ),
    ),
    recent: addRecent(state.recent, slot, incident),
  };
}

function growLimits(state: AnalysisState, rules: AnalysisRules, slot: Slot): AnalysisState {
  const limit = rules.metrics.find((metric): metric is LimitMetric => metric.kind === 'limit');
  const before = limit && state.evidence[limit.name];
  if (limit === undefined || before === undefined || state.baselineLimit === null) return state;
  const time = { spent: state.spent.guardrail, slots: slot.lengthMs / 10_000 };
  const restart = restartOf(harmRestarts(state.horizon), time);
  const phi = phiOf(state.noise);
  return {
    ...state,
    spent: { ...state.spent, guardrail: Math.min(state.horizon, time.spent + time.slots) },
    evidence: {
      ...state.evidence,
      [limit.name]: growEvidence(limit, before, { slot, restart, phi, thresholds: undefined }),
    },
    baselineLimit: growLimit(limit, state.baselineLimit, { arm: slot.baseline, restart, phi }),
  };
}

function add(a: ArmCounts, b: ArmCounts): ArmCounts {
  return { sessions: a.sessions + b.sessions, failed: a.failed + b.failed };
}
