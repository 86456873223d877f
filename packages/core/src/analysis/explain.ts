import type { HoldReason } from './judge.js';
import type { ArmCounts } from './slot.js';
import { lnRollbackAt } from './specs.js';
import type { Verdict } from './verdict.js';

type Explained = Omit<Verdict, 'sentence'>;

/** The verdict in one plain sentence: what was seen, what follows, and what is missing. */
export function explainVerdict(verdict: Explained): string {
  const { canary, baseline } = verdict.counts;
  const seen = `${of(canary, 'canary')} failed against ${of(baseline, 'stable')}`;
  switch (verdict.kind) {
    case 'fail':
      return `${seen}: ${because(verdict)}evidence ${odds(verdict.evidence.lnRollbackMax)} that the canary is worse; 100 to 1 is enough to take it back.`;
    case 'no-data':
      return 'No canary session was seen yet; no data is never a pass.';
    case 'inconclusive':
      return `${seen}: ${verdict.holds.length === 0 ? 'there is no stable session to compare with' : explainHold(verdict)}.`;
    case 'pass':
      return `${seen}: evidence against the canary is ${percentOf(verdict.evidence.lnRollback)} of what takes it back${proven(verdict)}.`;
  }
}

/** The metric that speaks loudest, where it is not the errors that the sentence tells anyway. */
function because({ metrics }: Explained): string {
  const loudest = metrics
    .filter(({ action, dryRun }) => action === 'roll-back' && !dryRun)
    .toSorted((a, b) => b.lnE - a.lnE)[0];
  if (loudest === undefined || loudest.name === 'errors') return '';
  return `the metric ${loudest.name} gives the most: `;
}

/** Why the ramp is held, without a full stop. */
function explainHold(verdict: Explained): string {
  return verdict.holds.map((reason) => holdWords(reason, verdict)).join('; ');
}

function holdWords(reason: HoldReason, { evidence, metrics, newError }: Explained): string {
  switch (reason) {
    case 'sample-ratio':
      return 'the shares of the two versions are not what was assigned: telemetry is suspect and nothing is promoted';
    case 'incident':
      return 'both versions break the limit of failed sessions: an incident of more than the canary holds the ramp';
    case 'errors':
      return `evidence ${odds(evidence.lnHold)} that the canary is worse holds the ramp`;
    default:
      if (reason.startsWith('new-error ')) {
        return `an error that only the canary has, in ${String(newError?.sessions ?? 0)} sessions (${newError?.text ?? ''}), holds the ramp`;
      }
      return `evidence ${odds(metrics.find(({ name }) => name === reason)?.lnE ?? 0)} from the metric ${reason} holds the ramp`;
  }
}

function proven({ promotable, evidence, thresholds }: Explained): string {
  if (promotable) return ', and there is proof enough that it is safe';
  const share = Math.max(0, Math.round((100 * evidence.lnPromote) / thresholds.lnPromote));
  return share > 0 ? `; ${String(share)} % of the proof that it is safe is there` : '';
}

function of({ sessions, failed }: ArmCounts, arm: string): string {
  return `${group(failed)} of ${group(sessions)} ${arm} sessions`;
}

/** ln E as odds; beyond a million nobody reads on. */
function odds(lnE: number): string {
  return lnE > Math.log(1e6) ? 'more than 1,000,000 to 1' : `${group(Math.max(1, Math.round(Math.exp(lnE))))} to 1`;
}

function percentOf(lnE: number): string {
  return `${String(Math.max(0, Math.round((100 * lnE) / lnRollbackAt)))} %`;
}

function group(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
