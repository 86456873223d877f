import type { AnalysisState } from './analysis.js';
import type { ArmCounts } from './slot.js';
import { lnRollbackAt } from './specs.js';

/** What the analysis says now. No data is never a pass. */
export interface Verdict {
  readonly kind: 'pass' | 'fail' | 'inconclusive' | 'no-data';
  /** Evidence of harm holds the ramp without being enough to take the canary back. */
  readonly hold: boolean;
  readonly evidence: { readonly lnRollback: number; readonly lnRollbackMax: number; readonly lnHold: number };
  readonly counts: { readonly canary: ArmCounts; readonly baseline: ArmCounts };
  /** One plain sentence. */
  readonly sentence: string;
}

/** Rollback is asked first and latches, then hold; without evidence of harm the canary passes. */
export function verdictOf(state: AnalysisState): Verdict {
  const { canary, baseline } = state.totals;
  const kind = state.failed
    ? 'fail'
    : canary.sessions === 0
      ? 'no-data'
      : state.held || baseline.sessions === 0
        ? 'inconclusive'
        : 'pass';
  return {
    kind,
    hold: state.held,
    evidence: { lnRollback: state.rollback.lnE, lnRollbackMax: state.rollback.lnEMax, lnHold: state.hold.lnE },
    counts: state.totals,
    sentence: explain(kind, state),
  };
}

function explain(kind: Verdict['kind'], state: AnalysisState): string {
  const { canary, baseline } = state.totals;
  const seen = `${of(canary, 'canary')} failed against ${of(baseline, 'stable')}`;
  switch (kind) {
    case 'fail':
      return `${seen}: evidence ${odds(state.rollback.lnEMax)} that the canary is worse; 100 to 1 is enough to take it back.`;
    case 'no-data':
      return 'No canary session was seen yet; no data is never a pass.';
    case 'inconclusive':
      return state.held
        ? `${seen}: evidence ${odds(state.hold.lnE)} that the canary is worse holds the ramp.`
        : `${seen}: there is no stable session to compare with.`;
    case 'pass':
      return `${seen}: evidence against the canary is ${percentOf(state.rollback.lnE)} of what takes it back.`;
  }
}

function of(arm: ArmCounts, name: string): string {
  return `${group(arm.failed)} of ${group(arm.sessions)} ${name} sessions`;
}

function odds(lnE: number): string {
  return lnE > Math.log(1e6) ? 'more than 1,000,000 to 1' : `${group(Math.max(1, Math.round(Math.exp(lnE))))} to 1`;
}

/** The evidence meter ln E / ln 100, never below nothing. */
function percentOf(lnE: number): string {
  return `${String(Math.max(0, Math.round((100 * lnE) / lnRollbackAt)))} %`;
}

function group(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
