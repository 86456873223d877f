import type { MetricAction, Strictness } from '@sluice/core';
import { bucketsOfFactor } from '@sluice/core';
import type { Issue } from './parsed.js';
import { showValue } from './show-value.js';
import { unknownKey } from './wording.js';

/** One written metric, and where it is written. */
export interface At {
  readonly name: string;
  readonly seen: unknown;
  readonly place: string;
  /** The plan's. */
  readonly strictness: Strictness;
  readonly issues: Issue[];
}

type Fields = Readonly<Record<string, unknown>>;

export function checkKeys({ place, issues }: At, fields: Fields, known: readonly string[]): void {
  for (const key of Object.keys(fields).filter((name) => !known.includes(name))) {
    const [problem = '', remedy = ''] = unknownKey(key, known).split(' | ');
    issues.push({ place: `${place}.${key}`, problem, remedy });
  }
}

const actions: readonly MetricAction[] = ['roll-back', 'hold', 'notify'];

export function actionOf({ place, issues }: At, seen: unknown): MetricAction {
  const found = actions.find((action) => action === (seen ?? 'roll-back'));
  if (found !== undefined) return found;
  const remedy = "Use 'roll-back', 'hold' or 'notify'.";
  issues.push({ place: `${place}.action`, problem: `${showValue(seen)} is not known.`, remedy });
  return 'roll-back';
}

export function dryRunOf({ place, issues }: At, seen: unknown): boolean {
  if (typeof seen === 'boolean' || seen === undefined) return seen === true;
  issues.push({ place: `${place}.dryRun`, problem: `${showValue(seen)} is not true or false.`, remedy: 'Write true.' });
  return false;
}

export function strictnessOf(at: At, fields: Fields): Strictness {
  const seen = fields['strictness'];
  if (seen === undefined || seen === 'default' || seen === 'strict') return seen ?? at.strictness;
  const remedy = "Use 'default' or 'strict'.";
  at.issues.push({ place: `${at.place}.strictness`, problem: `${showValue(seen)} is not known.`, remedy });
  return at.strictness;
}

/** A share such as '2%' as 0.02, above zero; undefined where it is not written or cannot be read. */
export function shareOf(
  text: unknown,
  { place, most, issues }: Pick<At, 'place' | 'issues'> & { readonly most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const match = typeof text === 'string' ? /^(\d{1,4}(?:\.\d{1,4})?) ?%$/.exec(text.trim()) : null;
  const share = Number(match?.[1] ?? NaN) / 100;
  if (share > 0 && share <= most) return share;
  const remedy = `Write it as '2%', above 0 and at most ${String(Math.round(most * 100))}%.`;
  issues.push({ place, problem: `${showValue(text)} is not such a percentage.`, remedy });
  return undefined;
}

/** By how much a quantile may be worse, in half steps of 1.10; undefined where it is not written or cannot be read. */
export function toleratedBuckets(at: At, seen: unknown, worse: 'higher' | 'lower'): number | undefined {
  const most = worse === 'higher' ? 4 : 0.9;
  const share = shareOf(seen, { place: `${at.place}.tolerate`, issues: at.issues, most });
  if (share === undefined) return undefined;
  return Math.max(1, bucketsOfFactor(worse === 'higher' ? 1 + share : 1 / (1 - share)));
}
