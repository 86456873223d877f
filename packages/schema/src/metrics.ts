import type { AnalysisRules, Metric, Strictness } from '@sluice/core';
import { errorsMetric, guardrailMetric, loadTimeMetric, remoteFailuresMetric } from '@sluice/core';
import { actionOf, checkKeys, dryRunOf, shareOf, strictnessOf, toleratedBuckets, type At } from './metric-fields.js';
import { newErrorsOf, type WrittenNewErrors } from './metric-new-errors.js';
import { reportedMetrics, type WrittenRate, type WrittenValue } from './metric-reported.js';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';

/** What is done when a metric says that the canary is worse; `dryRun`: it is told once, and nothing is done. */
interface WrittenJudged {
  /** Default: roll-back. */
  readonly action?: 'roll-back' | 'hold' | 'notify';
  readonly dryRun?: boolean;
}
interface WrittenErrors extends WrittenJudged {
  /** Margin: 1.25 times as often and 0.05 percentage points, strict 1.1 and 0.02. Default: the plan's. */
  readonly strictness?: Strictness;
}
interface WrittenLoadTime extends WrittenJudged {
  /** Default '10%'; steps of about 5 %. */
  readonly tolerate?: string;
}
interface WrittenGuardrail extends WrittenJudged {
  /** The SLO: at most this share of the sessions may fail, like '2%'. */
  readonly limit: string;
}

/** What the canaries of an app are judged by; what is not written is as always. */
export interface WrittenMetrics {
  readonly errors?: WrittenErrors;
  readonly 'load-time'?: WrittenLoadTime | 'off';
  readonly 'remote-failures'?: WrittenErrors | 'off';
  /** There is none unless it is written. */
  readonly guardrail?: WrittenGuardrail | 'off';
  readonly 'new-errors'?: WrittenNewErrors | 'off';
  /** Metrics that the application reports itself, by name. */
  readonly [reported: string]: WrittenOwn | WrittenNewErrors | WrittenRate | WrittenValue | 'off' | undefined;
}
type WrittenOwn = WrittenErrors | WrittenLoadTime | WrittenGuardrail;

interface Rules {
  readonly strictness: Strictness;
  /** Path of the metrics within the document. */
  readonly place: string;
  readonly issues: Issue[];
}

/** The rules that a rollout freezes; every problem is added to the issues. */
export function parseMetrics(written: unknown, { strictness, place, issues }: Rules): AnalysisRules {
  if (written !== undefined && !isRecord(written)) {
    const remedy = "Write { guardrail: { limit: '2%' } }.";
    issues.push({ place, problem: `${showValue(written)} is not an object of metrics.`, remedy });
  }
  const all = isRecord(written) ? written : {};
  const at = (name: string): At => ({ name, seen: all[name], place: `${place}.${name}`, strictness, issues });
  const own = [errors(at('errors')), loadTime(at('load-time')), remoteFailures(at('remote-failures'))];
  return {
    strictness,
    metrics: [...own, guardrail(at('guardrail'))]
      .filter((metric) => metric !== undefined)
      .concat(reportedMetrics(all, { at, place, issues })),
    newErrors: newErrorsOf(at('new-errors')),
  };
}

/** What is wrong with the metrics of all apps. */
export function metricIssues(apps: unknown): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [name, app] of Object.entries(isRecord(apps) ? apps : {})) {
    const metrics = isRecord(app) ? app['metrics'] : undefined;
    parseMetrics(metrics, { strictness: 'default', place: `apps.${name}.metrics`, issues });
  }
  return issues;
}

/** Rules of metrics that were checked before. */
export function rulesOf(written: WrittenMetrics | undefined, strictness: Strictness): AnalysisRules {
  const issues: Issue[] = [];
  const rules = parseMetrics(written, { strictness, place: 'metrics', issues });
  if (issues.length > 0) throw new TypeError('these metrics were not checked');
  return rules;
}

const judged = ['action', 'dryRun'];

/** Promote and the ramp live on them: they can be told only, but not be left out. */
function errors(at: At): Metric {
  if (at.seen === 'off') {
    const remedy = "Write { action: 'notify' } where they shall have no effect.";
    at.issues.push({ place: at.place, problem: 'Errors are always judged.', remedy });
  }
  const fields = fieldsOf(at, ['strictness', ...judged]);
  return { ...errorsMetric(strictnessOf(at, fields)), ...judgedOf(at, fields) };
}

function remoteFailures(at: At): Metric | undefined {
  if (at.seen === 'off') return undefined;
  const fields = fieldsOf(at, ['strictness', ...judged]);
  return { ...remoteFailuresMetric(strictnessOf(at, fields)), ...judgedOf(at, fields) };
}

function loadTime(at: At): Metric | undefined {
  if (at.seen === 'off') return undefined;
  const fields = fieldsOf(at, ['tolerate', ...judged]);
  const toleranceBuckets = toleratedBuckets(at, fields['tolerate'], 'higher') ?? loadTimeMetric.toleranceBuckets;
  return { ...loadTimeMetric, toleranceBuckets, ...judgedOf(at, fields) };
}

function guardrail(at: At): Metric | undefined {
  if (at.seen === 'off' || at.seen === undefined) return undefined;
  const fields = fieldsOf(at, ['limit', ...judged]);
  if (isRecord(at.seen) && fields['limit'] === undefined) {
    const remedy = "Say how many sessions may fail at most: { limit: '2%' }.";
    at.issues.push({ place: `${at.place}.limit`, problem: 'A guardrail without a limit is none.', remedy });
  }
  const limit = shareOf(fields['limit'], { ...at, place: `${at.place}.limit`, most: 0.5 });
  return { ...guardrailMetric(limit ?? 0.5), ...judgedOf(at, fields) };
}

function fieldsOf(at: At, known: readonly string[]): Readonly<Record<string, unknown>> {
  const { seen } = at;
  if (isRecord(seen)) {
    checkKeys(at, seen, known);
    return seen;
  }
  if (seen !== undefined && seen !== 'off') {
    const remedy = `Write an object with ${known.join(', ')}, or leave it out.`;
    at.issues.push({ place: at.place, problem: `${showValue(seen)} is not how a metric is judged.`, remedy });
  }
  return {};
}

function judgedOf(at: At, fields: Readonly<Record<string, unknown>>): Pick<Metric, 'action' | 'dryRun'> {
  return { action: actionOf(at, fields['action']), dryRun: dryRunOf(at, fields['dryRun']) };
}
