import type { Condition } from '@sluice/core';
import { overlap } from '@sluice/core';
import * as v from 'valibot';
import { parseDuration } from './duration.js';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';
import { strictShape } from './wording.js';

/** What a value must be: that text, number, true or false; one of several; or a number between borders that belong to it. */
export type WrittenCondition =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | { readonly atLeast?: number; readonly atMost?: number };

/** One more gate of an app's rollouts: a JSON endpoint that must say a certain thing before a stage ends. */
export interface WrittenCheck {
  /** Unique in the app. */
  readonly name: string;
  /** `{app}`, `{version}`, `{stable}`, `{stage}`, `{percent}` and `{rollout}` are filled in, after the host only. */
  readonly url: string;
  /** Default GET; a POST carries what it is about as JSON. */
  readonly method?: 'GET' | 'POST';
  /** Environment variables that hold the whole value of a header: `{ Authorization: 'TICKETS_AUTHORIZATION' }`. */
  readonly headersFrom?: Readonly<Record<string, string>>;
  /** Where the value is: `result.state`, `items.0.ok`; keys with a dot as a list. Default: the document itself. */
  readonly path?: string | readonly string[];
  readonly passes: WrittenCondition;
  /** What takes the canary back. Default: nothing; what does not pass holds. */
  readonly rollsBack?: WrittenCondition;
  /** Stages that end only when it passes, 1-based, the bake included. Default: all. */
  readonly stages?: readonly number[];
  /** Until the whole answer is there. Default 10s, at most 1m. */
  readonly timeout?: string;
  /** An answer is asked for again after this long. Default 1m, at least 1s. */
  readonly every?: string;
}

/** A check as it is asked; secrets are still names. */
export interface ConfigCheck {
  readonly name: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headersFrom: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly passes: Condition;
  readonly rollsBack: Condition | null;
  readonly stages: readonly number[] | null;
  readonly timeoutMs: number;
  readonly everyMs: number;
}

export function lengthFrom(least: number, most: number, hint: string) {
  return v.pipe(
    v.string(),
    v.check((text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms >= least && ms <= most;
    }, `It is not a length of time that is allowed here. | ${hint}`),
  );
}

const finite = v.pipe(v.number(), v.finite('It is not a finite number. | Write a number like 0.01.'));
const literal = v.union([v.string(), finite, v.boolean()]);
const condition = v.custom<WrittenCondition>(
  isCondition,
  'It is nothing that a value can be. | Write a text, a number, true or false, a list of these, or { atMost: 0.01 }, { atLeast: 1 }.',
);

/** Headers by the environment variables that hold their whole values. */
export const headersFrom = v.optional(
  v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]+$/, 'It is not the name of a header. | Like Authorization.')),
    v.pipe(
      v.string(),
      v.regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "It is not the name of an environment variable. | Like 'TICKETS_AUTHORIZATION'; the value stays out of the file.",
      ),
    ),
  ),
  {},
);

export const checkShape = strictShape({
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/, "It is not a name. | Use a-z, 0-9 and '-', at most 32.")),
  url: v.pipe(
    v.string(),
    v.regex(
      /^https?:\/\/[^\s/?#{}@\\]+([/?#]\S*)?$/,
      'It is no address. | Write it as https://host/path, without a user; {app} and the like only after the host.',
    ),
  ),
  method: v.optional(v.picklist(['GET', 'POST'], "It is not known. | Use 'GET' or 'POST'."), 'GET'),
  headersFrom,
  path: v.optional(v.union([v.string(), v.array(v.string())]), ''),
  passes: condition,
  rollsBack: v.optional(condition),
  stages: v.optional(v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), v.minLength(1))),
  timeout: v.optional(lengthFrom(1, 60_000, "Write it as '10s', at most '1m'."), '10s'),
  every: v.optional(lengthFrom(1000, 86_400_000, "Write it as '1m', at least '1s', at most '1d'."), '1m'),
});

function isCondition(value: unknown): value is WrittenCondition {
  if (v.is(literal, value)) return true;
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => v.is(literal, one));
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  if (keys.length === 0 || keys.some((key) => key !== 'atLeast' && key !== 'atMost')) return false;
  if (!keys.every((key) => v.is(finite, value[key]))) return false;
  const { atLeast = -Infinity, atMost = Infinity } = value as { readonly atLeast?: number; readonly atMost?: number };
  return atLeast <= atMost;
}

function conditionOf(written: WrittenCondition): Condition {
  if (typeof written !== 'object') return { kind: 'one-of', values: [written] };
  if (Array.isArray(written)) return { kind: 'one-of', values: written as readonly (string | number | boolean)[] };
  const { atLeast = null, atMost = null } = written as { readonly atLeast?: number; readonly atMost?: number };
  return { kind: 'range', atLeast, atMost };
}

export function checkOf(written: v.InferOutput<typeof checkShape>): ConfigCheck {
  const { name, url, method, headersFrom, path, passes, rollsBack, stages, timeout, every } = written;
  return {
    name,
    url,
    method,
    headersFrom,
    path: typeof path === 'string' ? path.split('.').filter((key) => key !== '') : path,
    passes: conditionOf(passes),
    rollsBack: rollsBack === undefined ? null : conditionOf(rollsBack),
    stages: stages ?? null,
    timeoutMs: parseDuration(timeout) ?? 10_000,
    everyMs: parseDuration(every) ?? 60_000,
  };
}

/** What is wrong with the checks of an app beyond the shape of each. */
export function checkIssues(app: string, written: unknown, mostStages: number): readonly Issue[] {
  if (!Array.isArray(written)) return [];
  const names = new Set<unknown>();
  return (written as readonly unknown[]).flatMap((check, i): readonly Issue[] => {
    if (!isRecord(check)) return [];
    const place = `apps.${app}.checks.${String(i)}`;
    const issues: Issue[] = [];
    const { name, passes, rollsBack, stages } = check;
    if (names.has(name)) {
      const problem = `Another check of ${app} is called ${showValue(name)}.`;
      issues.push({ place: `${place}.name`, problem, remedy: 'Give it a name of its own.' });
    }
    names.add(name);
    if (isCondition(passes) && isCondition(rollsBack) && overlap(conditionOf(passes), conditionOf(rollsBack))) {
      const problem = 'One value would both pass and roll back.';
      issues.push({ place: `${place}.rollsBack`, problem, remedy: 'Write two conditions that share no value.' });
    }
    const beyond = (Array.isArray(stages) ? (stages as readonly unknown[]) : []).filter(
      (stage) => typeof stage === 'number' && stage > mostStages,
    );
    if (beyond.length > 0) {
      const problem = `No plan has a stage ${beyond.map(String).join(' or ')}.`;
      const remedy = `The longest plan has ${String(mostStages)}, the bake included.`;
      issues.push({ place: `${place}.stages`, problem, remedy });
    }
    return issues;
  });
}
