import type { Plan } from '@sluice/core';
import type { Issue, Parsed } from './parsed.js';
import { invalid, isRecord } from './parsed.js';
import { parseLength } from './parse-length.js';
import { policiesOf } from './plan-policies.js';
import { rampOf, type WrittenRamp } from './plan-ramp.js';
import { parseStages, writtenBake, type WrittenStage } from './plan-stages.js';
import { showValue } from './show-value.js';
import { unknownKey } from './wording.js';

/** A plan as people write it. */
export interface WrittenPlan {
  /** Increasing; the last may be below 100: the stage at 100 % with the bake is added. Beside a ramp: audiences only. */
  readonly stages?: readonly WrittenStage[];
  /** The weight follows a budget of failed sessions, and 100 % waits for evidence that the canary is safe. */
  readonly ramp?: 'adaptive' | WrittenRamp;
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
  /** `observe`: judge and tell, never act. Default `act`. */
  readonly mode?: 'act' | 'observe';
  /** No path exposes more percent than this without `--override weight-cap`. Default 100. */
  readonly cap?: number;
  /** A stage that takes longer is degraded and told. Default 1h, or three times the longest soak where that is more. */
  readonly progressDeadline?: string;
  /** After the longest duration: ask a person (default), end `expired`, or go on and end `promoted-unproven`. */
  readonly onInconclusive?: 'ask' | 'expire' | 'promote-unproven';
  /** Telemetry that does not answer for so long (default 10m), and what happens then (default hold). */
  readonly telemetryLost?: { readonly after?: string; readonly policy?: 'hold' | 'roll-back' | 'continue' };
  /** A freeze that begins in mid-rollout holds the weight (default) or takes the canary back. */
  readonly onFreeze?: 'hold' | 'roll-back';
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

/** For apps with little traffic: harm is still found, proof is not expected, and the outcome says so by name. */
export const quietPlan: WrittenPlan = {
  stages: [
    { percent: 25, soak: '2h' },
    { percent: 50, soak: '2h' },
  ],
  bake: '2h',
  minSessions: 20,
  onInconclusive: 'promote-unproven',
};

/** As much at once as a budget of ten failed sessions allows, and to 100 % by evidence. */
export const adaptivePlan: WrittenPlan = { ramp: 'adaptive' };

const known = [
  'stages',
  'ramp',
  'bake',
  'minSessions',
  'maxDuration',
  'slot',
  'outcomeWindow',
  'closingLag',
  'strictness',
  'mode',
  'cap',
  'progressDeadline',
  'onInconclusive',
  'telemetryLost',
  'onFreeze',
];
const dayMs = 86_400_000;

/** The plan that a rollout freezes; every problem listed. Plans that end below 100 and plans that end at 100 end alike. */
export function parsePlan(name: string, written: unknown): Parsed<Plan> {
  if (!isRecord(written)) {
    const remedy = "Write { stages: [{ percent: 5, soak: '15m' }], bake: '30m' } or { ramp: 'adaptive' }.";
    return invalid([{ place: '.', problem: 'A plan is an object.', remedy }]);
  }
  const issues: Issue[] = Object.keys(written)
    .filter((key) => !known.includes(key))
    .map((key) => issueOf(key, unknownKey(key, known)));
  const bakeMs = bakeOf(written, issues);
  const baseSlotMs = lengthOf(written, 'slot', issues) ?? 'auto';
  const windows = windowsOf(written, issues);
  const ramped =
    written['ramp'] === undefined
      ? { ramp: null, stages: [...parseStages(written['stages'], issues), { weightBp: 10_000, soakMs: bakeMs }] }
      : rampOf(written, { bakeMs, baseSlotMs, closingLagMs: windows.closingLagMs, issues });
  const soakedMs = ramped.stages.reduce((sum, { soakMs }) => sum + soakMs, 0);
  const value: Plan = {
    name,
    ...ramped,
    minSessions: minSessionsOf(written, issues),
    maxDurationMs: maxDurationOf(written, soakedMs, issues),
    baseSlotMs,
    ...windows,
    ...policiesOf(written, { stages: ramped.stages.slice(0, -1), issues }),
  };
  return issues.length > 0 ? invalid(issues) : { kind: 'ok', value };
}

type Written = Readonly<Record<string, unknown>>;

/** Milliseconds; undefined where it is not written or cannot be read. */
function lengthOf(written: Written, place: keyof WrittenPlan, issues: Issue[]): number | undefined {
  return parseLength(written[place], { place, issues });
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

function issueOf(place: string, message: string): Issue {
  const [problem = message, remedy = ''] = message.split(' | ');
  return { place, problem, remedy };
}
