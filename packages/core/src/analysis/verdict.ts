import type { AnalysisState } from './analysis.js';
import { bandOf, type Band } from './band.js';
import { explainVerdict } from './explain.js';
import { isGlobalIncident, lnMetric, lnPromoteOf, lnRollbackOf, type HoldReason } from './judge.js';
import type { AnalysisRules, MetricAction } from './metric.js';
import { lnEvidence } from './mixture.js';
import { newErrorOf, type NewError } from './new-errors.js';
import { phiOf } from './noise.js';
import { lnRatioEvidence } from './sample-ratio.js';
import type { ArmCounts } from './slot.js';
import { lnHoldAt, lnPromoteAt, lnRollbackAt, lnSuspectAt, minFailedSubjects } from './specs.js';

/** One metric as it stands; `unmeasured` where it has nothing to compare yet. */
export interface MetricVerdict {
  readonly name: string;
  readonly action: MetricAction;
  readonly dryRun: boolean;
  readonly lnE: number;
  /** ln E at which it acts by itself. */
  readonly lnAt: number;
  readonly state: 'quiet' | 'crossed' | 'unmeasured';
}

/** What the analysis says now, as data and as one sentence. No data is never a pass. */
export interface Verdict {
  readonly kind: 'pass' | 'fail' | 'inconclusive' | 'no-data';
  /** What holds the ramp without being enough to take the canary back; empty where nothing does. */
  readonly holds: readonly HoldReason[];
  /** The evidence allows 100 %. */
  readonly promotable: boolean;
  readonly evidence: {
    readonly lnRollback: number;
    /** A harmless version would ever reach this evidence with probability at most 1/e^lnRollbackMax. */
    readonly lnRollbackMax: number;
    readonly lnHold: number;
    readonly lnPromote: number;
    readonly lnSampleRatio: number;
  };
  readonly thresholds: typeof thresholds;
  readonly metrics: readonly MetricVerdict[];
  readonly counts: { readonly canary: ArmCounts; readonly baseline: ArmCounts };
  /** Of the ratio of failure rates, canary to stable, at 5 %. */
  readonly band: Band;
  /** By how much evidence is divided: 1 is chance alone. */
  readonly noise: number;
  readonly newError: NewError | null;
  readonly globalIncident: boolean;
  /** One plain sentence. */
  readonly sentence: string;
}

const thresholds = {
  lnRollback: lnRollbackAt,
  lnHold: lnHoldAt,
  lnPromote: lnPromoteAt,
  lnSampleRatio: lnSuspectAt,
  failedSubjects: minFailedSubjects,
} as const;

/** Rollback is asked first and latches, then what holds; without evidence of harm the canary passes. */
export function verdictOf(state: AnalysisState, rules: AnalysisRules): Verdict {
  const { canary, baseline } = state.totals;
  const { failed, holds, lnMax } = state.judgement;
  const lnRollback = finite(lnRollbackOf(state, rules));
  const verdict = {
    kind: failed
      ? 'fail'
      : canary.sessions === 0
        ? 'no-data'
        : holds.length > 0 || baseline.sessions === 0
          ? 'inconclusive'
          : 'pass',
    holds,
    promotable: !failed && holds.length === 0 && lnPromoteOf(state) >= lnPromoteAt,
    evidence: {
      lnRollback,
      lnRollbackMax: finite(lnMax ?? lnRollback),
      lnHold: lnEvidence(state.hold),
      lnPromote: lnPromoteOf(state),
      lnSampleRatio: lnRatioEvidence(state.ratio),
    },
    thresholds,
    metrics: rules.metrics.map((metric) => metricVerdict(state, metric)),
    counts: state.totals,
    band: bandOf(state.likelihood),
    noise: phiOf(state.noise),
    newError: (rules.newErrors && newErrorOf(state.errors, rules.newErrors)) ?? null,
    globalIncident: isGlobalIncident(state),
  } as const;
  return { ...verdict, sentence: explainVerdict(verdict) };
}

/** Evidence that must not count is none: on the wire a number, for JSON has no infinity. */
function finite(ln: number): number {
  return ln === -Infinity ? -1e9 : ln;
}

function metricVerdict(state: AnalysisState, metric: AnalysisRules['metrics'][number]): MetricVerdict {
  const { name, action, dryRun } = metric;
  const lnE = lnMetric(state, name) ?? 0;
  const lnAt = action === 'roll-back' ? lnRollbackAt : lnHoldAt;
  const gathered = metric.kind !== 'quantile' || state.reference.thresholds[name] !== undefined;
  return { name, action, dryRun, lnE, lnAt, state: !gathered ? 'unmeasured' : lnE >= lnAt ? 'crossed' : 'quiet' };
}
