import { histogramBuckets, type Histogram } from './histogram.js';
import type { ArmCounts, ArmMeasurements, Loads, Slot, SlotError } from './slot.js';

/** Most sessions that an arm may have in a slot; more cannot be true. */
const most = 1e12;

/**
 * A slot that nothing can go wrong with. A count is a whole number from 0 to 10^12. Where sessions or failed sessions
 * are anything else (NaN, Infinity, negative, text, a list, null), or more failed than there were sessions, the slot is
 * one in which nothing was seen; a detail that is not sound is one that was not measured. No data is never a pass.
 */
export function soundSlot(slot: Slot): Slot {
  const canary = soundArm(slot.canary);
  const baseline = soundArm(slot.baseline);
  const length = slot.lengthMs > 0 && slot.lengthMs < Infinity ? slot.lengthMs : 0;
  const weight = slot.weightBp >= 0 && slot.weightBp <= 10_000 ? slot.weightBp : 0;
  const { half: _half, errors: _errors, ...rest } = slot;
  const sane: Slot = {
    ...rest,
    lengthMs: length,
    weightBp: weight,
    canary: canary ?? nothing,
    baseline: baseline ?? nothing,
  };
  if (canary === undefined || baseline === undefined) return { ...sane, canary: nothing, baseline: nothing };
  return { ...sane, ...soundHalf(slot, baseline), ...soundErrors(slot) };
}

const nothing: ArmCounts = { sessions: 0, failed: 0 };

function isCount(value: unknown, atMost: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= atMost;
}

function isArm(arm: unknown): arm is ArmMeasurements {
  if (typeof arm !== 'object' || arm === null) return false;
  const { sessions, failed } = arm as ArmMeasurements;
  return isCount(sessions, most) && isCount(failed, sessions);
}

function soundArm(arm: unknown): ArmMeasurements | undefined {
  if (!isArm(arm)) return undefined;
  const { sessions, failed, loadFailed, silent, loads, rates, values } = arm;
  return {
    sessions,
    failed,
    ...(isCount(loadFailed, failed) ? { loadFailed } : {}),
    ...(isCount(silent, failed) ? { silent } : {}),
    ...(isRecord(loads) && isLoads(loads.cold) && isLoads(loads.warm) ? { loads } : {}),
    ...(isRecord(rates) ? { rates: soundly(rates, (count) => isCount(count, sessions)) } : {}),
    ...(isRecord(values) ? { values: soundly(values, isHistogram) } : {}),
  };
}

function isRecord<T>(value: T | undefined): value is T & object {
  return typeof value === 'object' && value !== null;
}

function isLoads(loads: Loads): boolean {
  return isRecord(loads) && isCount(loads.unloaded, most) && isHistogram(loads.histogram);
}

function isHistogram(histogram: Histogram): boolean {
  return (
    Array.isArray(histogram) &&
    histogram.every((pair) => Array.isArray(pair) && isCount(pair[0], histogramBuckets - 1) && isCount(pair[1], most))
  );
}

function soundly<T>(record: Readonly<Record<string, T>>, isSound: (value: T) => boolean): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => isSound(value)));
}

function soundHalf({ half }: Slot, baseline: ArmCounts): Pick<Slot, 'half'> {
  const isSound = isArm(half) && half.sessions <= baseline.sessions && half.failed <= baseline.failed;
  return isSound ? { half } : {};
}

function soundErrors({ errors }: Slot): Pick<Slot, 'errors'> {
  if (!Array.isArray(errors)) return {};
  return {
    errors: (errors as readonly SlotError[]).filter(
      (one) =>
        isRecord(one) &&
        typeof one.fingerprint === 'string' &&
        typeof one.text === 'string' &&
        isCount(one.canary, most) &&
        isCount(one.baseline, most),
    ),
  };
}
