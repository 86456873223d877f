import type { CheckAnswer } from '../ports/check.js';
import type { Condition } from './condition.js';
import { conditionText, kindsOf, meets, namesNegative } from './condition.js';

export interface Criteria {
  readonly passes: Condition;
  /** Takes the canary back; null: the check only holds. */
  readonly rollsBack: Condition | null;
}

const longestQuoted = 80;

/**
 * What a value that an endpoint gave says. Only text, true, false and finite numbers of the kind that the criteria name
 * are answers; nothing, null, lists, objects, other kinds, what is no finite number, and a negative number where the
 * criteria name none, are no answer. An answer that is neither "passes" nor "rolls back" is a reason to wait.
 */
export function judgeValue({ passes, rollsBack }: Criteria, value: unknown): CheckAnswer {
  const conditions = rollsBack === null ? [passes] : [passes, rollsBack];
  const wanted = conditionText(passes);
  const flaw = flawOf(value, conditions);
  if (flaw !== undefined) return { kind: 'unanswered', why: `${flaw}; it passes when it is ${wanted}` };
  const sound = value as string | number | boolean;
  const quoted = quote(sound);
  if (rollsBack !== null && meets(rollsBack, sound)) {
    return { kind: 'failed', why: `it says ${quoted}; the canary is taken back at ${conditionText(rollsBack)}` };
  }
  if (meets(passes, sound)) return { kind: 'passed', why: `it says ${quoted}` };
  return { kind: 'pending', why: `it says ${quoted}; it passes when it is ${wanted}` };
}

function flawOf(value: unknown, conditions: readonly Condition[]): string | undefined {
  if (value === undefined) return 'there is nothing at its path';
  if (value === null) return 'it says null';
  if (Array.isArray(value)) return 'it says a list';
  if (typeof value === 'object') return 'it says an object';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return 'it says no value';
  if (!conditions.some((condition) => kindsOf(condition).has(typeof value))) {
    return `it says ${quote(value)}, which is ${kindWords[typeof value] ?? 'of another kind'}`;
  }
  if (typeof value !== 'number') return undefined;
  if (!Number.isFinite(value)) return 'it says a number without end';
  return value < 0 && !conditions.some(namesNegative) ? `it says ${String(value)}, below zero` : undefined;
}

const kindWords: Readonly<Record<string, string>> = { string: 'text', number: 'a number', boolean: 'true or false' };

function quote(value: string | number | boolean): string {
  const text = JSON.stringify(value);
  return text.length <= longestQuoted ? text : `${text.slice(0, longestQuoted)}…`;
}

/** What is at a path of own keys and indexes; undefined where there is nothing. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
