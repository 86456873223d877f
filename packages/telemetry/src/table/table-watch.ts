import type { WatchedRollout } from '@sluice/core';

/** One revision of a rollout's weight, from the moment at which the source was told of it. */
export interface Phase {
  /** Unique within a rollout. */
  readonly id: string;
  readonly revision: number;
  readonly weightBp: number;
  readonly startMs: number;
}

/** Where the first slot begins that is not closed: a phase, and the number of a base slot in it. */
export interface Place {
  readonly phase: string;
  readonly base: number;
}

/** What a table holds of the running rollout of an app, for all who count and for who sums up. */
export interface TableWatch {
  /** Of the document, for compare-and-swap; 0 where there is none yet. */
  readonly version: number;
  readonly watched: WatchedRollout;
  readonly beganMs: number;
  /** In order of time; those before the first open slot are left out, except one that pages may still have. */
  readonly phases: readonly Phase[];
  readonly comparison: Place;
  /** Null where there are no guardrail slots. */
  readonly guardrail: Place | null;
  /** Id of the last slot that closed. */
  readonly lastId: number;
  /** Failed sessions of all closed slots. */
  readonly failed: number;
}

export function beginWatch(
  watched: WatchedRollout,
  at: { readonly nowMs: number; readonly lastId: number },
): TableWatch {
  const phase = phaseOf(watched, at.nowMs);
  const place = { phase: phase.id, base: 0 };
  return {
    version: 0,
    watched,
    beganMs: at.nowMs,
    phases: [phase],
    comparison: place,
    guardrail: watched.rules.guardrail ? place : null,
    lastId: Math.max(watched.lastSlot, at.lastId),
    failed: 0,
  };
}

/** The rollout as its record now has it: a new revision is a new phase. The same object where nothing is new. */
export function followWatch(watch: TableWatch, watched: WatchedRollout, nowMs: number): TableWatch {
  const last = watch.phases.at(-1);
  if (last?.revision !== watched.revision) {
    return { ...watch, watched, phases: [...watch.phases, phaseOf(watched, nowMs)] };
  }
  return JSON.stringify(watch.watched) === JSON.stringify(watched) ? watch : { ...watch, watched };
}

function phaseOf({ revision, weightBp }: WatchedRollout, startMs: number): Phase {
  return { id: `${String(revision)}@${String(startMs)}`, revision, weightBp, startMs };
}

/** Revisions that a page may have been assigned under: the two newest, the newest first. */
export function revisionsOf({ phases }: TableWatch): readonly Phase[] {
  return phases.slice(-2).toReversed();
}

/** Where a session belongs that started then; undefined before the first phase. */
export function placeAt({ phases, watched }: TableWatch, startMs: number): Place | undefined {
  const phase = phases.findLast((one) => one.startMs <= startMs);
  return phase === undefined ? undefined : { phase: phase.id, base: baseIn(phase, startMs, watched) };
}

/** Number of the base slot of a phase that a moment lies in; also after the phase's end. */
export function baseIn({ startMs }: Phase, atMs: number, { rules }: WatchedRollout): number {
  return Math.floor((atMs - startMs) / rules.baseSlotMs);
}

/** Whether a place lies in a slot that is not closed, where the first of them begins at `open`. */
export function isOpen({ phases }: TableWatch, place: Place, open: Place | null): boolean {
  if (open === null) return false;
  const order = phases.findIndex(({ id }) => id === place.phase) - phases.findIndex(({ id }) => id === open.phase);
  return order > 0 || (order === 0 && place.base >= open.base);
}
