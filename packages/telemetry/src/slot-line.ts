import type { ArmMeasurements, Histogram, Loads, Slot, SlotError } from '@sluice/core';
import { keyLength, readKeys, writeKeys, type SubjectKey } from './subject.js';

/** A closed slot with the subjects that it was the first to count, so that a restart still counts each of them once. */
export interface ClosedSlot {
  readonly slot: Slot;
  readonly subjects: readonly SubjectKey[];
  readonly failedSubjects: readonly SubjectKey[];
  /** Keys of the address ranges that their failures came from, where those are capped. */
  readonly failedRanges: readonly string[];
}

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
  revision: number,
  failedSubjects: number,
  subjects: string,
  kind: 'c' | 'g',
  weightBp: number,
  startMs: number,
  lengthMs: number,
  canary: ArmLine,
  baseline: ArmLine,
  half: readonly [sessions: number, failed: number],
  errors: readonly ErrorLine[],
];

/** What must be known of each slot, also of one that was credited long ago, stands first and is read without the rest. */
const head = /^\[(\d{1,15}),(\d{1,15}),(\d{1,9}),"([\w-]*)",/;

/** One closed slot as a line of JSON: a list, because a rollout may have many. Subjects that failed come first. */
export function lineOf({ slot, subjects, failedSubjects, failedRanges }: ClosedSlot): string {
  const { canary, baseline, half = { sessions: 0, failed: 0 }, errors = [] } = slot;
  const line: SlotLine = [
    slot.id,
    slot.revision,
    failedSubjects.length,
    writeKeys(failedSubjects) + writeKeys(subjects),
    slot.kind === 'guardrail' ? 'g' : 'c',
    slot.weightBp,
    slot.startMs,
    slot.lengthMs,
    armLine(canary),
    armLine(baseline),
    [half.sessions, half.failed],
    errors.map(({ fingerprint, text, canary: c, baseline: b }) => [fingerprint, text, c, b]),
  ];
  // Behind the rest, and only where there are any.
  return JSON.stringify(failedRanges.length === 0 ? line : [...line, failedRanges]);
}

/** What the head of a line tells. */
export interface SlotLineHead {
  readonly id: number;
  readonly revision: number;
  readonly failed: number;
  /** Keys of the subjects that it counted first, those that failed in front; see {@link failedIn}, {@link othersIn}. */
  readonly subjects: string;
}

/** Undefined where the line is not one: it is left out and its slot counts as not seen. */
export function readHead(text: string): SlotLineHead | undefined {
  const [, id, revision, failed, subjects] = (text.endsWith(']') && head.exec(text)) || [];
  if (subjects === undefined) return undefined;
  return { id: Number(id), revision: Number(revision), failed: Number(failed), subjects };
}

export function failedIn({ failed, subjects }: SlotLineHead): readonly SubjectKey[] {
  return failed === 0 ? [] : (readKeys(subjects.slice(0, failed * keyLength)) ?? []);
}

export function othersIn({ failed, subjects }: SlotLineHead): readonly SubjectKey[] {
  return readKeys(subjects.slice(failed * keyLength)) ?? [];
}

const tail = /,\[("[\da-z]{1,7}"(?:,"[\da-z]{1,7}")*)\]\]$/;

/** Keys of the address ranges that the failures of a line came from, read from its end; most lines have none. */
export function rangesIn(text: string): readonly string[] {
  return tail.exec(text)?.[1]?.slice(1, -1).split('","') ?? [];
}

/** The slot of a line; undefined where it is not one. */
export function readSlot(rolloutId: string, text: string): Slot | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isSlotLine(line) ? slotIn(rolloutId, line) : undefined;
  } catch {
    return undefined;
  }
}

function slotIn(rolloutId: string, line: SlotLine): Slot {
  const [id, revision, , , kind, weightBp, startMs, lengthMs, canary, baseline, half, errors] = line;
  return {
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
  };
}

function isSlotLine(line: unknown): line is SlotLine {
  if (!Array.isArray(line) || (line.length !== 12 && line.length !== 13)) return false;
  const parts: readonly unknown[] = line;
  return (
    [0, 1, 2, 5, 6, 7].every((i) => Number.isFinite(parts[i])) &&
    [8, 9].every((i) => Array.isArray(parts[i]) && parts[i].length === 8) &&
    [10, 11].every((i) => Array.isArray(parts[i])) &&
    typeof parts[3] === 'string'
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
