import type { AdaptiveRamp, Plan, Stage } from '@sluice/core';
import { isPercent } from '@sluice/core';
import { parseLength } from './parse-length.js';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { parseStages } from './plan-stages.js';
import { showValue } from './show-value.js';
import { unknownKey } from './wording.js';

/** A weight that follows a budget of failed sessions, as people write it; `ramp: 'adaptive'` is all defaults. */
export interface WrittenRamp {
  /** Failed sessions that may be in flight before the canary is taken back. Default 10. */
  readonly budget?: number;
  /** Highest percentage before 100 %, where evidence decides. Default 25; more finds little sooner and exposes more. */
  readonly highest?: number;
  /** The weight is looked at once in so long. Default 30s. */
  readonly every?: string;
  /** Least slot time before 100 %. Default 10m. */
  readonly atLeast?: string;
  /** Most by which the weight grows at once. Default 2. */
  readonly growth?: number;
  /** From a failure to its rollback: slot, closing, tick and propagation. Default: the slot (10s), closing lag and 5s. */
  readonly reaction?: string;
  /** Percentage that stays on the old version during the bake, so that the comparison goes on. Default 5; 0 is nobody. */
  readonly holdback?: number;
}

type Ramped = Pick<Plan, 'ramp'> & { readonly stages: readonly Stage[] };
type Written = Readonly<Record<string, unknown>>;

export interface Around {
  readonly bakeMs: number;
  readonly closingLagMs: number;
  readonly baseSlotMs: number | 'auto';
  readonly issues: Issue[];
}

const known = ['budget', 'highest', 'every', 'atLeast', 'growth', 'reaction', 'holdback'];
const minuteMs = 60_000;

/** Stages for an audience, where there are some; the ramp; and the bake, at 100 % without the holdback. */
export function rampOf(written: Written, around: Around): Ramped {
  const { issues } = around;
  const ramp = checkedRamp(written['ramp'], issues);
  const highestBp = percentIn(ramp, { name: 'highest', default: 25, least: 0.01, most: 50, issues });
  const holdbackBp = percentIn(ramp, { name: 'holdback', default: 5, least: 0, most: 40, issues });
  const length = (name: keyof WrittenRamp): number | undefined =>
    parseLength(ramp[name], { place: `ramp.${name}`, issues });
  const slotMs = around.baseSlotMs === 'auto' ? 10_000 : around.baseSlotMs;
  const value: AdaptiveRamp = {
    everyMs: length('every') ?? minuteMs / 2,
    failedSessions: numberIn(ramp, { name: 'budget', default: 10, least: 1, most: 1e6, issues }),
    reactionMs: length('reaction') ?? slotMs + around.closingLagMs + 5000,
    growth: numberIn(ramp, { name: 'growth', default: 2, least: 1.1, most: 10, issues }),
  };
  return {
    ramp: value,
    stages: [
      ...audienceStages(written['stages'], issues),
      { weightBp: highestBp, soakMs: length('atLeast') ?? 10 * minuteMs },
      { weightBp: 10_000 - holdbackBp, soakMs: around.bakeMs },
    ],
  };
}

function checkedRamp(ramp: unknown, issues: Issue[]): Written {
  if (ramp === 'adaptive') return {};
  if (!isRecord(ramp)) {
    const problem = `${showValue(ramp)} is not a ramp.`;
    issues.push({ place: 'ramp', problem, remedy: "Write 'adaptive', or { budget: 10, highest: 25, every: '30s' }." });
    return {};
  }
  for (const key of Object.keys(ramp).filter((name) => !known.includes(name))) {
    const [problem = '', remedy = ''] = unknownKey(key, known).split(' | ');
    issues.push({ place: `ramp.${key}`, problem, remedy });
  }
  return ramp;
}

/** A budget sets the weight, so that only stages for an audience can come before. */
function audienceStages(written: unknown, issues: Issue[]): readonly Stage[] {
  if (written === undefined) return [];
  const list: readonly unknown[] = Array.isArray(written) ? written : [];
  for (const [i, stage] of list.entries()) {
    if (!isRecord(stage) || stage['percent'] === undefined || stage['audience'] !== undefined) continue;
    const problem = 'The weight of this plan follows its budget, not a list.';
    const remedy = 'Leave this stage out, or leave `ramp` out; beside a ramp, stages are for an audience.';
    issues.push({ place: `stages.${String(i)}.percent`, problem, remedy });
  }
  return parseStages(written, issues).filter(({ audience }) => audience !== undefined);
}

interface Bounds {
  readonly name: keyof WrittenRamp;
  readonly default: number;
  readonly least: number;
  readonly most: number;
  readonly issues: Issue[];
}

function numberIn(ramp: Written, bounds: Bounds): number {
  const { name, least, most } = bounds;
  const seen = ramp[name] ?? bounds.default;
  if (typeof seen === 'number' && seen >= least && seen <= most) return seen;
  const remedy = `Use a number from ${String(least)} to ${String(most)}.`;
  bounds.issues.push({ place: `ramp.${name}`, problem: `${showValue(seen)} cannot be used here.`, remedy });
  return bounds.default;
}

/** In basis points. */
function percentIn(ramp: Written, bounds: Bounds): number {
  const { name, least, most } = bounds;
  const seen = ramp[name] ?? bounds.default;
  if (isPercent(seen) && seen >= least && seen <= most) return Math.round(seen * 100);
  const remedy = `Use a number from ${String(least)} to ${String(most)}, with at most two decimals.`;
  bounds.issues.push({ place: `ramp.${name}`, problem: `${showValue(seen)} is not a percentage of this.`, remedy });
  return bounds.default * 100;
}
