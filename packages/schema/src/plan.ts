import type { Plan, Stage } from '@sluice/core';
import { isPercent } from '@sluice/core';
import { parseDuration } from './duration.js';
import type { Issue, Parsed } from './parsed.js';
import { invalid } from './parsed.js';

/** A plan as people write it. */
export interface WrittenPlan {
  /** Increasing; the last may be below 100: the stage at 100 % with the bake is added. */
  readonly stages: readonly { readonly percent: number; readonly soak?: string }[];
  /** How long 100 % is watched before the canary becomes stable. Default 30m. */
  readonly bake?: string;
  /** Canary sessions that each stage needs. Default 100. */
  readonly minSessions?: number;
  /** After this long a person must decide. Default 1d. */
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

/** The plan that a rollout freezes; every problem listed. Plans that end below 100 and plans that end at 100 end alike. */
export function parsePlan(name: string, written: unknown): Parsed<Plan> {
  if (typeof written !== 'object' || written === null) {
    return invalid([
      {
        place: '.',
        problem: 'A plan is an object.',
        remedy: "Write { stages: [{ percent: 5, soak: '15m' }], bake: '30m' }.",
      },
    ]);
  }
  const plan = written as Partial<Record<keyof WrittenPlan, unknown>>;
  const issues: Issue[] = [];
  for (const key of Object.keys(plan)) {
    if (!known.includes(key))
      issues.push({ place: key, problem: 'A plan has no such setting.', remedy: `Known: ${known.join(', ')}.` });
  }
  const duration = (
    place: 'bake' | 'maxDuration' | 'slot' | 'outcomeWindow' | 'closingLag',
    fallback: number,
  ): number => {
    if (plan[place] === undefined) return fallback;
    const ms = parseDuration(plan[place]);
    if (ms === undefined) issues.push(badDuration(place, plan[place]));
    return ms ?? fallback;
  };
  const stages = parseStages(plan.stages, issues);
  const bakeMs = duration('bake', lastSoak(plan.stages) ?? 30 * 60_000);
  const outcomeWindowMs = duration('outcomeWindow', 10_000);
  const closingLagMs = duration('closingLag', outcomeWindowMs + 5000);
  if (closingLagMs < outcomeWindowMs) {
    issues.push({
      place: 'closingLag',
      problem: 'It is shorter than the outcome window.',
      remedy: 'Outcomes must be able to arrive: make it longer.',
    });
  }
  const minSessions = plan.minSessions ?? 100;
  if (!Number.isSafeInteger(minSessions) || (minSessions as number) < 1) {
    issues.push({
      place: 'minSessions',
      problem: `${show(minSessions)} is not a number of sessions.`,
      remedy: 'Use a whole number above 0: no data is never a pass.',
    });
  }
  const strictness = plan.strictness ?? 'default';
  if (strictness !== 'default' && strictness !== 'strict') {
    issues.push({
      place: 'strictness',
      problem: `${show(strictness)} is not known.`,
      remedy: "Use 'default' or 'strict'.",
    });
  }
  const value: Plan = {
    name,
    stages: [...stages, { weightBp: 10_000, soakMs: bakeMs }],
    minSessions: minSessions as number,
    maxDurationMs: duration('maxDuration', 86_400_000),
    baseSlotMs: plan.slot === undefined ? 'auto' : duration('slot', 10_000),
    outcomeWindowMs,
    closingLagMs,
    strictness: strictness as Plan['strictness'],
  };
  return issues.length > 0 ? invalid(issues) : { kind: 'ok', value };
}

/** The stages below 100 %. */
function parseStages(written: unknown, issues: Issue[]): readonly Stage[] {
  if (!Array.isArray(written) || written.length === 0) {
    issues.push({
      place: 'stages',
      problem: 'There is no stage.',
      remedy: "Write at least one: { percent: 5, soak: '15m' }.",
    });
    return [];
  }
  const stages: Stage[] = [];
  let before = 0;
  for (const [i, stage] of (written as readonly unknown[]).entries()) {
    const { percent, soak } = (typeof stage === 'object' && stage !== null ? stage : {}) as {
      percent?: unknown;
      soak?: unknown;
    };
    const place = `stages.${String(i)}`;
    if (!isPercent(percent) || percent === 0) {
      issues.push({
        place: `${place}.percent`,
        problem: `${show(percent)} is not a percentage.`,
        remedy: 'Use a number above 0, at most 100, with at most two decimals.',
      });
    } else {
      if (percent <= before) {
        issues.push({
          place: `${place}.percent`,
          problem: `${String(percent)} does not increase: ${String(before)} came before.`,
          remedy: 'Percentages must increase from stage to stage.',
        });
      }
      before = percent;
    }
    const last = percent === 100;
    const soakMs = parseDuration(soak);
    if (soakMs === undefined && !(last && soak === undefined)) issues.push(badDuration(`${place}.soak`, soak));
    if (isPercent(percent) && !last) stages.push({ weightBp: Math.round(percent * 100), soakMs: soakMs ?? 0 });
  }
  return stages;
}

/** A written stage at 100 % is the bake. */
function lastSoak(stages: unknown): number | undefined {
  const last: unknown = Array.isArray(stages) ? stages.at(-1) : undefined;
  if (typeof last !== 'object' || last === null) return undefined;
  const { percent, soak } = last as { percent?: unknown; soak?: unknown };
  return percent === 100 ? parseDuration(soak) : undefined;
}

function badDuration(place: string, seen: unknown): Issue {
  return {
    place,
    problem: `${show(seen)} is not a length of time above zero.`,
    remedy: "Write it as '90s', '15m', '2h' or '1d'.",
  };
}

function show(value: unknown): string {
  return value === undefined ? 'Nothing' : JSON.stringify(value);
}
