import type { ArmMeasurements, Histogram, Loads, Slot, SlotError } from '@sluice/core';
import type { ClosedSlot } from './slot-machine.js';
import { readKeys, writeKeys, type SubjectKey } from './subject.js';

/** Buckets and counts by turns. */
type FlatHistogram = readonly number[];
type ArmLine = readonly [
  sessions: number,
  failed: number,
  loadFailed: number,
  silent: number,
  cold: readonly [unloaded: number, histogram: FlatHistogram],
  warm: readonly [unloaded: number, histogram: FlatHistogram],
  rates: Readonly<Record<string, number>> | 0,
  values: Readonly<Record<string, FlatHistogram>> | 0,
];
type ErrorLine = readonly [fingerprint: string, text: string, canary: number, baseline: number];
type SlotLine = readonly [
  id: number,
  kind: 'c' | 'g',
  revision: number,
  weightBp: number,
  startMs: number,
  lengthMs: number,
  canary: ArmLine,
  baseline: ArmLine,
  half: readonly [sessions: number, failed: number],
  errors: readonly ErrorLine[],
  failedSubjects: number,
  subjects: string,
];

/** One closed slot as a line of JSON: a list, because a rollout may have many. Subjects that failed come first. */
export function lineOf({ slot, subjects, failedSubjects }: ClosedSlot): string {
  const { canary, baseline, half = { sessions: 0, failed: 0 }, errors = [] } = slot;
  const line: SlotLine = [
    slot.id,
    slot.kind === 'guardrail' ? 'g' : 'c',
    slot.revision,
    slot.weightBp,
    slot.startMs,
    slot.lengthMs,
    armLine(canary),
    armLine(baseline),
    [half.sessions, half.failed],
    errors.map(({ fingerprint, text, canary: c, baseline: b }) => [fingerprint, text, c, b]),
    failedSubjects.length,
    writeKeys(failedSubjects) + writeKeys(subjects),
  ];
  return JSON.stringify(line);
}

/** A line that was read. Subjects are read where they are wanted: most lines are of revisions that are over. */
export interface ReadSlotLine {
  readonly slot: Slot;
  failedSubjects(): readonly SubjectKey[];
  subjects(): readonly SubjectKey[];
}

/** The slot of a line, or undefined where it is not one: it is left out and its slot counts as not seen. */
export function readLine(rolloutId: string, text: string): ReadSlotLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isSlotLine(line) ? readSlotLine(rolloutId, line) : undefined;
  } catch {
    return undefined;
  }
}

function readSlotLine(rolloutId: string, line: SlotLine): ReadSlotLine {
  const [id, kind, revision, weightBp, startMs, lengthMs, canary, baseline, half, errors, failed, subjects] = line;
  const at = failed * 6;
  return {
    slot: {
      id,
      rolloutId,
      kind: kind === 'g' ? 'guardrail' : 'comparison',
      revision,
      weightBp,
      startMs,
      lengthMs,
      canary: readArm(canary),
      baseline: readArm(baseline),
      half: { sessions: half[0], failed: half[1] },
      ...(errors.length === 0 ? {} : { errors: errors.map(readError) }),
    },
    failedSubjects: () => readKeys(subjects.slice(0, at)) ?? [],
    subjects: () => readKeys(subjects.slice(at)) ?? [],
  };
}

function isSlotLine(line: unknown): line is SlotLine {
  if (!Array.isArray(line) || line.length !== 12) return false;
  const parts: readonly unknown[] = line;
  const [, , , , , , canary, baseline, half, errors, , subjects] = parts;
  return (
    [0, 2, 3, 4, 5, 10].every((i) => Number.isFinite(parts[i])) &&
    [canary, baseline].every((arm) => Array.isArray(arm) && arm.length === 8) &&
    [half, errors].every((list) => Array.isArray(list)) &&
    typeof subjects === 'string'
  );
}

function armLine(arm: ArmMeasurements): ArmLine {
  return [
    arm.sessions,
    arm.failed,
    arm.loadFailed ?? 0,
    arm.silent ?? 0,
    loadsLine(arm.loads?.cold),
    loadsLine(arm.loads?.warm),
    arm.rates ?? 0,
    arm.values === undefined ? 0 : mapValues(arm.values, (histogram) => histogram.flat()),
  ];
}

function readArm([sessions, failed, loadFailed, silent, cold, warm, rates, values]: ArmLine): ArmMeasurements {
  return {
    sessions,
    failed,
    loadFailed,
    silent,
    loads: { cold: readLoads(cold), warm: readLoads(warm) },
    ...(rates === 0 ? {} : { rates }),
    ...(values === 0 ? {} : { values: mapValues(values, readHistogram) }),
  };
}

function loadsLine(loads: Loads | undefined): ArmLine[4] {
  return [loads?.unloaded ?? 0, loads?.histogram.flat() ?? []];
}

function readLoads([unloaded, histogram]: ArmLine[4]): Loads {
  return { unloaded, histogram: readHistogram(histogram) };
}

function readHistogram(flat: FlatHistogram): Histogram {
  const histogram: [number, number][] = [];
  for (let i = 0; i < flat.length; i += 2) histogram.push([flat[i] ?? 0, flat[i + 1] ?? 0]);
  return histogram;
}

function readError([fingerprint, text, canary, baseline]: ErrorLine): SlotError {
  return { fingerprint, text, canary, baseline };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}
