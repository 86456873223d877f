import { nextWeight } from '../analysis/next-weight.js';
import { nothingBefore, sessionsToReference } from '../analysis/reference.js';
import { sessionsToProve } from '../analysis/sessions-to-prove.js';
import type { ForecastInput, StageLength } from './forecast.js';
import { baseSlotMs, slotsPerCredit } from './forecast-soak.js';
import type { AdaptiveRamp, Plan } from './plan.js';
import { budgetOf, toBp } from './reweigh.js';

export interface RampInput {
  readonly ramp: AdaptiveRamp;
  readonly soakMs: number;
  readonly firstBp: number;
  readonly highestBp: number;
  /** Share of harmless canaries that are done by then: 0.5 for the median. */
  readonly share: number;
}

/** What is done after so long: counts as they are expected. */
interface Ramped {
  readonly ms: number;
  readonly weightBp: number;
  /** Sessions of both arms so far, and those whose slots are closed. */
  readonly canary: number;
  readonly stable: number;
  /** Share of the evidence that is needed, and of the soak; 1 is all. */
  readonly proven: number;
  readonly soaked: number;
}

const mostSteps = 100_000;

/** The stage of an adaptive ramp: to its highest weight as fast as its budget allows, and until the evidence is there. */
export function forecastEvidence(input: ForecastInput, ramp: RampInput): StageLength {
  const { plan, failureRate, before = nothingBefore } = input;
  const stepMs = ramp.ramp.everyMs;
  const reference = sessionsToReference(before, failureRate);
  const rates = ratesOf(input, ramp);
  const known: Ramped[] = [];
  const lagSteps = Math.ceil((baseSlotMs(plan, input.sessionsPerSecond) + plan.closingLagMs) / stepMs);
  let now: Ramped = { ms: 0, weightBp: ramp.firstBp, canary: 0, stable: 0, proven: 0, soaked: 0 };
  while (now.weightBp < ramp.highestBp) {
    if (now.ms > plan.maxDurationMs || now.ms / stepMs > mostSteps) return cannot(now);
    const rate = rates(now.weightBp);
    now = after(now, { ms: stepMs, rate: now.stable < reference ? { ...rate, proven: 0 } : rate });
    known.push(now);
    // What is counted by now was served a slot and a closing lag ago.
    now = { ...now, weightBp: weighed(now, { input, ramp, known: known.at(-1 - lagSteps) }) };
  }
  return atHighest(now, { plan, rate: rates(now.weightBp), reference });
}

function cannot({ canary }: Ramped): StageLength {
  return { ms: Infinity, canarySessions: canary, waitsFor: 'weight' };
}

/** What comes to pass in a second at a weight. */
interface Rate {
  readonly canary: number;
  readonly stable: number;
  readonly proven: number;
  readonly soaked: number;
}

/** By weight; each is worked out once. */
function ratesOf({ plan, sessionsPerSecond, failureRate }: ForecastInput, ramp: RampInput): (weightBp: number) => Rate {
  const { strictness } = plan.rules;
  const rates = new Map<number, Rate>();
  const rateAt = (weight: number): Rate => {
    const canary = sessionsPerSecond * weight;
    return {
      canary,
      stable: sessionsPerSecond - canary,
      proven: canary / sessionsToProve({ failureRate, weight, strictness }, ramp.share),
      soaked: 1000 / (ramp.soakMs * slotsPerCredit(plan, { sessionsPerSecond, weight })),
    };
  };
  return (weightBp) => {
    const rate = rates.get(weightBp) ?? rateAt(weightBp / 10_000);
    rates.set(weightBp, rate);
    return rate;
  };
}

function after(before: Ramped, { ms, rate }: { readonly ms: number; readonly rate: Rate }): Ramped {
  const seconds = ms / 1000;
  return {
    ...before,
    ms: before.ms + ms,
    canary: before.canary + rate.canary * seconds,
    stable: before.stable + rate.stable * seconds,
    proven: before.proven + rate.proven * seconds,
    soaked: before.soaked + rate.soaked * seconds,
  };
}

interface Weighing {
  readonly input: ForecastInput;
  readonly ramp: RampInput;
  readonly known: Ramped | undefined;
}

function weighed({ weightBp }: Ramped, { input, ramp, known }: Weighing): number {
  const { canary = 0, stable = 0 } = known ?? {};
  const next = nextWeight({
    weight: weightBp / 10_000,
    nc: canary,
    ec: canary * input.failureRate,
    nb: stable,
    eb: stable * input.failureRate,
    sessionsPerSecond: input.sessionsPerSecond,
    held: false,
    ramp: budgetOf(ramp.ramp, ramp.highestBp),
  });
  return Math.min(ramp.highestBp, toBp(next));
}

interface Highest {
  readonly plan: Plan;
  readonly rate: Rate;
  /** Baseline sessions from which on evidence grows. */
  readonly reference: number;
}

/** At the highest weight nothing changes any more: what is missing takes its time. */
function atHighest(now: Ramped, { plan, rate, reference }: Highest): StageLength {
  const left = {
    soak: Math.max(0, 1 - now.soaked) / rate.soaked,
    sessions: Math.max(0, plan.minSessions - now.canary) / rate.canary,
    evidence: Math.max(0, reference - now.stable) / rate.stable + Math.max(0, 1 - now.proven) / rate.proven,
  };
  const seconds = Math.max(left.soak, left.sessions, left.evidence);
  const waitsFor = seconds === left.soak ? 'soak' : seconds === left.evidence ? 'evidence' : 'sessions';
  const end = after(now, { ms: 1000 * seconds + plan.closingLagMs, rate });
  return { ms: end.ms, canarySessions: end.canary, waitsFor };
}
