import type { RolloutStatus } from '@sluice/controller/commands';

type Verdict = RolloutStatus['verdict'];

/** What the meters do not show: the ratio, metrics of their own, noise. Nothing before there is something to say. */
export function evidenceLines(verdict: Verdict): [string, string][] {
  if (verdict.counts.canary.sessions === 0) return [];
  const lines: [string, string][] = [['metrics', verdict.metrics.map(metricWords).join(', ')]];
  const ratio = ratioWords(verdict.band);
  if (ratio !== undefined) lines.push(['ratio', ratio]);
  if (verdict.noise > 1.05) {
    lines.push(['noise', `failures come in clusters: evidence counts ${verdict.noise.toFixed(1)} times less`]);
  }
  return lines;
}

function metricWords({ name, action, dryRun, lnE, lnAt, state }: Verdict['metrics'][number]): string {
  const does = dryRun ? ' (dry run)' : action === 'roll-back' ? '' : ` (${action})`;
  if (state === 'unmeasured') return `${name}${does} gathers its baseline`;
  return `${name}${does} ${String(Math.max(0, Math.round((100 * lnE) / lnAt)))} %`;
}

/** At 5 %, however often one looks. */
function ratioWords({ lower, upper }: Verdict['band']): string | undefined {
  const times = (ratio: number): string => String(Number(ratio.toPrecision(2)));
  if (lower === null && upper === null) return undefined;
  if (lower === null) return `the canary fails at most ${times(upper ?? 1)} times as often as stable`;
  if (upper === null) return `the canary fails at least ${times(lower)} times as often as stable`;
  return `the canary fails ${times(lower)} to ${times(upper)} times as often as stable`;
}
