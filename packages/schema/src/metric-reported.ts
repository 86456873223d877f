import type { Metric } from '@sluice/core';
import { errorMargin, reportedWeight } from '@sluice/core';
import { actionOf, checkKeys, dryRunOf, shareOf, toleratedBuckets, type At } from './metric-fields.js';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';

/** Sessions in which something happened that the application reports. */
export interface WrittenRate {
  readonly kind: 'rate';
  /** Which direction is bad. */
  readonly worse: 'more' | 'less';
  /** Default '25%' more often (and 0.05 percentage points), '10%' less often. */
  readonly tolerate?: string;
  readonly action?: 'roll-back' | 'hold' | 'notify';
  readonly dryRun?: boolean;
}

/** A number per session that the application reports. */
export interface WrittenValue {
  readonly kind: 'value';
  readonly worse: 'higher' | 'lower';
  /** At the baseline's quantiles. Default '10%'; steps of about 5 %. */
  readonly tolerate?: string;
  /** The least value that is told apart from smaller ones; from there on up to 6,000 times as much. */
  readonly from: number;
  readonly action?: 'roll-back' | 'hold' | 'notify';
  readonly dryRun?: boolean;
}

const reserved = ['errors', 'load-time', 'remote-failures', 'guardrail', 'new-errors'];
/** Words that say why a ramp is held, and what every object has. */
const taken = ['sample-ratio', 'incident', 'constructor'];
const most = 8;

interface Around {
  readonly at: (name: string) => At;
  readonly place: string;
  readonly issues: Issue[];
}

/** The application's own metrics. One without a condition is refused: it could never say anything. */
export function reportedMetrics(
  written: Readonly<Record<string, unknown>>,
  { at, place, issues }: Around,
): readonly Metric[] {
  const names = Object.keys(written).filter((name) => !reserved.includes(name) && written[name] !== undefined);
  if (names.length > most) {
    const remedy = `At most ${String(most)}: each dilutes the evidence of the others.`;
    issues.push({ place, problem: `There are ${String(names.length)} metrics of its own.`, remedy });
  }
  return names.flatMap((name) => reportedMetric(at(name)));
}

function reportedMetric(at: At): readonly Metric[] {
  const { name, seen, place, issues } = at;
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name) || taken.includes(name)) {
    const remedy = `Use a-z, 0-9 and '-', at most 32, a letter first; not ${taken.join(', ')}.`;
    issues.push({ place, problem: `${showValue(name)} is not a metric's name.`, remedy });
  }
  const fields = isRecord(seen) ? seen : {};
  if (fields['kind'] === 'rate') return [rateOf(at, fields)];
  if (fields['kind'] === 'value') return [valueOf(at, fields)];
  const remedy = "Write { kind: 'rate', worse: 'more' } or { kind: 'value', worse: 'higher', from: 1 }.";
  issues.push({ place: `${place}.kind`, problem: `${showValue(fields['kind'])} is not a kind of metric.`, remedy });
  return [];
}

type Fields = Readonly<Record<string, unknown>>;

function rateOf(at: At, fields: Fields): Metric {
  checkKeys(at, fields, ['kind', 'worse', 'tolerate', 'action', 'dryRun']);
  const worse = directionOf(at, fields['worse'], ['more', 'less']);
  const share = shareOf(fields['tolerate'], {
    place: `${at.place}.tolerate`,
    issues: at.issues,
    most: worse === 'more' ? 4 : 0.9,
  });
  const margin = errorMargin(at.strictness);
  const limit =
    worse === 'more'
      ? { rho: share === undefined ? margin.rho : 1 + share, delta: margin.delta }
      : { rho: 1 - (share ?? 0.1), delta: 0 };
  return { ...common(at, fields), kind: 'rate', of: 'reported', worse, ...limit };
}

function valueOf(at: At, fields: Fields): Metric {
  checkKeys(at, fields, ['kind', 'worse', 'tolerate', 'from', 'action', 'dryRun']);
  const worse = directionOf(at, fields['worse'], ['higher', 'lower']);
  const { from } = fields;
  if (!(typeof from === 'number' && from > 0 && Number.isFinite(from))) {
    const remedy = 'Write the least value that matters, above zero, like 1.';
    at.issues.push({ place: `${at.place}.from`, problem: `${showValue(from)} is not where values begin.`, remedy });
  }
  return {
    ...common(at, fields),
    kind: 'quantile',
    of: 'reported',
    worse,
    toleranceBuckets: toleratedBuckets(at, fields['tolerate'], worse) ?? 2,
    from: typeof from === 'number' ? from : 1,
  };
}

/** A metric without a direction has no condition: nothing follows from it. */
function directionOf<T extends string>({ place, issues }: At, seen: unknown, choices: readonly [T, T]): T {
  const found = choices.find((choice) => choice === seen);
  if (found !== undefined) return found;
  const problem = seen === undefined ? 'It has no condition.' : `${showValue(seen)} is not a direction of this.`;
  const remedy = `Say which is worse: '${choices[0]}' or '${choices[1]}'.`;
  issues.push({ place: `${place}.worse`, problem, remedy });
  return choices[0];
}

function common(at: At, fields: Fields): Pick<Metric, 'name' | 'action' | 'dryRun' | 'weight'> {
  const { name } = at;
  const action = actionOf(at, fields['action']);
  return { name, action, dryRun: dryRunOf(at, fields['dryRun']), weight: reportedWeight };
}
