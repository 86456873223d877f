import type { ArmCounts, ArmMeasurements, BaselineBefore, Histogram, Noise, SlotError } from '@sluice/core';
import { addHistograms, addNoise, loadTimeMetric, noNoise } from '@sluice/core';

/** What one slot tells of one version. */
export interface VersionSlot {
  readonly startMs: number;
  readonly arm: ArmMeasurements;
  /** Absent: it says nothing of noise. */
  readonly half?: ArmCounts | undefined;
  /** Fingerprints with the sessions of this version that had them. */
  readonly errors: readonly (readonly [fingerprint: SlotError['fingerprint'], sessions: number])[];
}

interface Minute {
  readonly number: number;
  sessions: number;
  failed: number;
  histograms: Readonly<Record<string, Histogram>>;
  noise: Noise;
  readonly errors: Map<string, number>;
}

const minuteMs = 60_000;
const minutesKept = 60;
const mostErrorsAMinute = 100;
/** As many as an analysis remembers. */
const mostErrors = 32;

/** What one version did in the last 60 min, minute by minute: bounded, whatever the traffic is. */
export class VersionHour {
  #minutes: Minute[] = [];

  saw(slot: VersionSlot, nowMs: number): void {
    const { arm, half, errors } = slot;
    this.#forget(nowMs);
    const number = Math.floor(slot.startMs / minuteMs);
    if (arm.sessions === 0 || number <= Math.floor(nowMs / minuteMs) - minutesKept) return;
    const minute = this.#minute(number);
    minute.sessions += arm.sessions;
    minute.failed += arm.failed;
    minute.histograms = mergeHistograms(minute.histograms, histogramsOf(arm));
    minute.noise = addNoise(minute.noise, arm, half);
    for (const [fingerprint, sessions] of errors) {
      const before = minute.errors.get(fingerprint);
      if (sessions === 0 || (before === undefined && minute.errors.size >= mostErrorsAMinute)) continue;
      minute.errors.set(fingerprint, (before ?? 0) + sessions);
    }
  }

  sessions(nowMs: number): number {
    this.#forget(nowMs);
    return this.#minutes.reduce((sum, minute) => sum + minute.sessions, 0);
  }

  before(nowMs: number): Omit<BaselineBefore, 'sessionsPerSecond'> {
    const sessions = this.sessions(nowMs);
    const errors = new Map<string, number>();
    let noise = noNoise;
    let histograms: Readonly<Record<string, Histogram>> = {};
    for (const minute of this.#minutes) {
      noise = { sumX2: noise.sumX2 + minute.noise.sumX2, slots: noise.slots + minute.noise.slots };
      histograms = mergeHistograms(histograms, minute.histograms);
      for (const [fingerprint, count] of minute.errors) {
        errors.set(fingerprint, (errors.get(fingerprint) ?? 0) + count);
      }
    }
    return {
      sessions,
      failed: this.#minutes.reduce((sum, minute) => sum + minute.failed, 0),
      histograms,
      noise,
      errors: [...errors]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, mostErrors)
        .map(([fingerprint]) => fingerprint),
    };
  }

  #minute(number: number): Minute {
    const known = this.#minutes.find((minute) => minute.number === number);
    if (known !== undefined) return known;
    const fresh: Minute = { number, sessions: 0, failed: 0, histograms: {}, noise: noNoise, errors: new Map() };
    this.#minutes.push(fresh);
    return fresh;
  }

  #forget(nowMs: number): void {
    const oldest = Math.floor(nowMs / minuteMs) - minutesKept;
    this.#minutes = this.#minutes.filter(({ number }) => number > oldest);
  }
}

/** By the name of a quantile metric; all cache states together, as thresholds are. */
function histogramsOf({ loads, values = {} }: ArmMeasurements): Readonly<Record<string, Histogram>> {
  const load = addHistograms(loads?.cold.histogram ?? [], loads?.warm.histogram ?? []);
  return { ...values, [loadTimeMetric.name]: load };
}

function mergeHistograms(
  a: Readonly<Record<string, Histogram>>,
  b: Readonly<Record<string, Histogram>>,
): Readonly<Record<string, Histogram>> {
  const sum = new Map(Object.entries(a));
  for (const [name, histogram] of Object.entries(b)) sum.set(name, addHistograms(sum.get(name) ?? [], histogram));
  return Object.fromEntries(sum);
}
