import { addHistograms, type Histogram } from './histogram.js';
import type { ArmMeasurements, Loads, Slot, SlotError } from './slot.js';

/**
 * The same slot as two shards saw it, as one: counts add. Associative and commutative, so that any number of shards can
 * be added in any order. Throws `RangeError` where they are not the same slot.
 */
export function mergeSlots(a: Slot, b: Slot): Slot {
  if (a.id !== b.id || a.rolloutId !== b.rolloutId || a.revision !== b.revision || a.kind !== b.kind) {
    throw new RangeError(`slot ${String(a.id)} of ${a.rolloutId} and slot ${String(b.id)} of ${b.rolloutId} are two`);
  }
  const half = a.half === undefined ? b.half : b.half === undefined ? a.half : addCounts(a.half, b.half);
  const errors = mergeErrors(a.errors, b.errors);
  return {
    ...a,
    canary: mergeArms(a.canary, b.canary),
    baseline: mergeArms(a.baseline, b.baseline),
    ...(half === undefined ? {} : { half }),
    ...(errors === undefined ? {} : { errors }),
  };
}

function mergeArms(a: ArmMeasurements, b: ArmMeasurements): ArmMeasurements {
  return {
    ...addCounts(a, b),
    ...optional('loadFailed', addNumbers(a.loadFailed, b.loadFailed)),
    ...optional('silent', addNumbers(a.silent, b.silent)),
    ...optional(
      'loads',
      merged(a.loads, b.loads, (x, y) => ({ cold: addLoads(x.cold, y.cold), warm: addLoads(x.warm, y.warm) })),
    ),
    ...optional(
      'rates',
      merged(a.rates, b.rates, (x, y) => mergeRecords(x, y, (m, n) => m + n)),
    ),
    ...optional(
      'values',
      merged(a.values, b.values, (x, y) => mergeRecords<Histogram>(x, y, addHistograms)),
    ),
  };
}

function addCounts<T extends { readonly sessions: number; readonly failed: number }>(
  a: T,
  b: T,
): { readonly sessions: number; readonly failed: number } {
  return { sessions: a.sessions + b.sessions, failed: a.failed + b.failed };
}

function addNumbers(a: number | undefined, b: number | undefined): number | undefined {
  return merged(a, b, (x, y) => x + y);
}

/** What only one shard measured is kept. */
function merged<T>(a: T | undefined, b: T | undefined, add: (a: T, b: T) => T): T | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : add(a, b);
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}

function addLoads(a: Loads, b: Loads): Loads {
  return { unloaded: a.unloaded + b.unloaded, histogram: addHistograms(a.histogram, b.histogram) };
}

function mergeRecords<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  add: (a: T, b: T) => T,
): Readonly<Record<string, T>> {
  const sum = new Map(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? value : add(before, value));
  }
  return Object.fromEntries([...sum].toSorted(([x], [y]) => (x < y ? -1 : 1)));
}

function mergeErrors(
  a: readonly SlotError[] | undefined,
  b: readonly SlotError[] | undefined,
): readonly SlotError[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const sum = new Map(a.map((one) => [one.fingerprint, one]));
  for (const one of b) {
    const same = sum.get(one.fingerprint);
    const canary = (same?.canary ?? 0) + one.canary;
    sum.set(one.fingerprint, { ...(same ?? one), canary, baseline: (same?.baseline ?? 0) + one.baseline });
  }
  return [...sum.values()].toSorted((x, y) => (x.fingerprint < y.fingerprint ? -1 : 1));
}
