import { autoSlotMs } from './base-slot.js';
import type { ForecastInput, StageLength } from './forecast.js';
import type { Plan, Stage } from './plan.js';

/** A stage of one weight: its soak in slot time, or the sessions it must have seen, whichever takes longer. */
export function forecastSoak({ plan, sessionsPerSecond }: ForecastInput, stage: Stage): StageLength {
  if (stage.audience !== undefined) return { ms: stage.soakMs, canarySessions: 0, waitsFor: 'soak' };
  const weight = stage.weightBp / 10_000;
  const soakMs = stage.soakMs * slotsPerCredit(plan, { sessionsPerSecond, weight });
  const sessionsMs = (1000 * plan.minSessions) / (sessionsPerSecond * weight);
  const ms = Math.max(soakMs, sessionsMs) + plan.closingLagMs;
  return {
    ms,
    canarySessions: (sessionsPerSecond * weight * ms) / 1000,
    waitsFor: sessionsMs > soakMs ? 'sessions' : 'soak',
  };
}

interface Traffic {
  readonly sessionsPerSecond: number;
  readonly weight: number;
}

/**
 * Base slots that pass, in the mean, until one is credited: a slot grows while it lacks a session of either arm, and
 * is credited one base slot. At full weight there is no other arm.
 */
export function slotsPerCredit(plan: Plan, { sessionsPerSecond, weight }: Traffic): number {
  const perSlot = (sessionsPerSecond * baseSlotMs(plan, sessionsPerSecond)) / 1000;
  const seen = (share: number): number => -Math.expm1(-perSlot * share);
  const canary = seen(weight);
  if (weight >= 1) return 1 / canary;
  const stable = seen(1 - weight);
  return 1 / canary + 1 / stable - 1 / (canary + stable - canary * stable);
}

export function baseSlotMs(plan: Plan, sessionsPerSecond: number): number {
  return plan.baseSlotMs === 'auto' ? autoSlotMs(sessionsPerSecond) : plan.baseSlotMs;
}
