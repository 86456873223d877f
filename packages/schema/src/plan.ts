import type { Plan } from '@sluice/core';
import { parseDuration } from './duration.js';
import type { Issue, Parsed } from './parsed.js';
import { invalid, isRecord } from './parsed.js';
import { parseStages, writtenBake, type WrittenStage } from './plan-stages.js';
import { showValue } from './show-value.js';
import { unknownKey } from './wording.js';

/** A plan as people write it. */
export interface WrittenPlan {
  /** Increasing; the last may be below 100: the stage at 100 % with the bake is added. */
  readonly stages: readonly WrittenStage[];
  /** How long 100 % is watched before the canary becomes stable. Default 30m. */
  readonly bake?: string;
  /** Canary sessions that each stage needs. Default 100. */
  readonly minSessions?: number;
  /** After this long a person must decide. Default 1d, or twice the soaks and the bake where that is more. */
  readonly maxDuration?: string;
  /** Base slot. Default: 2s where traffic is 100 sessions/s or more, else 10s. */
  readonly slot?: string;
  /** After this long without an outcome a session has failed. Default 10s. */
  readonly outcomeWindow?: string;
  /** A slot closes this long after its end. Default: outcome window + 5s. */
  readonly closingLag?: string;
  readonly strictness?: 'default' | 'strict';
}

/** The brief's schedule. */
export const standardPlan: WrittenPlan = {
  stages: [
    { percent: 5, soak: '15m' },
    { percent: 25, soak: '30m' },
    { percent: 50, soak: '30m' },
  ],
  bake: '30m',
};

const known = ['stages', 'bake', 'minSessions', 'maxDuration', 'slot', 'outcomeWindow', 'closingLag', 'strictness'];
const dayMs = 86_400_000;

/** The plan that a rollout freezes; every problem listed. Plans that end below 100 and plans that end at 100 end alike. */
export function parsePlan(name: string, written: unknown): Parsed<Plan> {
  if (!isRecord(written)) {
    const remedy = "Write { stages: [{ percent: 5, soak: '15m' }], bake: '30m' }.";
    return invalid([{ place: '.', problem: 'A plan is an object.', remedy }]);
  }
  const issues: Issue[] = Object.keys(written)
    .filter((key) => !known.includes(key))
    .map((key) => issueOf(key, unknownKey(key, known)));
  const stages = parseStages(written['stages'], issues);
  const bakeMs = bakeOf(written, issues);
  const soakedMs = stages.reduce((sum, { soakMs }) => sum + soakMs, bakeMs);
  const value: Plan = {
    name,
    stages: [...stages, { weightBp: 10_000, soakMs: bakeMs }],
    minSessions: minSessionsOf(written, issues),
    maxDurationMs: maxDurationOf(written, soakedMs, issues),
    baseSlotMs: lengthOf(written, 'slot', issues) ?? 'auto',
    ...windowsOf(written, issues),
    strictness: strictnessOf(written, issues),
  };
  return issues.length > 0 ? invalid(issues) : { kind: 'ok', value };
}

type Written = Readonly<Record<string, unknown>>;

/** Milliseconds; undefined where it is not written or cannot be read. */
function lengthOf(written: Written, place: keyof WrittenPlan, issues: Issue[]): number | undefined {
  const text = written[place];
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) {
    const remedy = "Write it as '90s', '15m', '2h' or '1d'.";
    issues.push({ place, problem: `${showValue(text)} is not a length of time above zero.`, remedy });
  }
  return ms;
}

/** The bake is written as such or as the soak of a stage at 100 %; once is enough, twice must agree. */
function bakeOf(written: Written, issues: Issue[]): number {
  const ofStage = writtenBake(written['stages']);
  const own = lengthOf(written, 'bake', issues);
  if (own !== undefined && ofStage !== undefined && own !== ofStage) {
    const problem = 'The stage at 100 % has another soak than this.';
    issues.push({ place: 'bake', problem, remedy: 'They are the same thing: leave one of them out.' });
  }
  return own ?? ofStage ?? 30 * 60_000;
}

function maxDurationOf(written: Written, soakedMs: number, issues: Issue[]): number {
  const ms = lengthOf(written, 'maxDuration', issues);
  if (ms !== undefined && ms <= soakedMs) {
    const problem = 'It is not longer than all soaks and the bake together.';
    issues.push({ place: 'maxDuration', problem, remedy: 'Nobody could end within it: make it longer.' });
  }
  return ms ?? Math.max(dayMs, 2 * soakedMs);
}

function windowsOf(written: Written, issues: Issue[]): Pick<Plan, 'outcomeWindowMs' | 'closingLagMs'> {
  const outcomeWindowMs = lengthOf(written, 'outcomeWindow', issues) ?? 10_000;
  const closingLagMs = lengthOf(written, 'closingLag', issues) ?? outcomeWindowMs + 5000;
  if (closingLagMs < outcomeWindowMs) {
    const problem = 'It is shorter than the outcome window.';
    issues.push({ place: 'closingLag', problem, remedy: 'Outcomes must be able to arrive: make it longer.' });
  }
  return { outcomeWindowMs, closingLagMs };
}

function minSessionsOf(written: Written, issues: Issue[]): number {
  const seen = written['minSessions'] ?? 100;
  if (typeof seen === 'number' && Number.isSafeInteger(seen) && seen >= 1) return seen;
  const problem = `${showValue(seen)} is not a number of sessions.`;
  issues.push({ place: 'minSessions', problem, remedy: 'Use a whole number above 0: no data is never a pass.' });
  return 100;
}

function strictnessOf(written: Written, issues: Issue[]): Plan['strictness'] {
  const seen = written['strictness'] ?? 'default';
  if (seen === 'default' || seen === 'strict') return seen;
  issues.push({
    place: 'strictness',
    problem: `${showValue(seen)} is not known.`,
    remedy: "Use 'default' or 'strict'.",
  });
  return 'default';
}

function issueOf(place: string, message: string): Issue {
  const [problem = message, remedy = ''] = message.split(' | ');
  return { place, problem, remedy };
}
