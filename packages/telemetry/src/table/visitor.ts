import type { Arm } from '@sluice/core';
import type { ReportedSession } from '../session.js';
import { isOpen, type Place, type TableWatch } from './table-watch.js';

/** One app on one page of one subject, as a table keeps it. */
export interface Visit extends Omit<ReportedSession, 'reported'> {
  readonly page: string;
  readonly arm: Arm;
  readonly place: Place;
  /** Whether a guardrail slot that was open when it began counts it too. */
  readonly guarded: boolean;
  /** Hash of the address range of who began it; `-` where that is not capped. */
  readonly range: string;
  /** Metrics of the application that it reported, each with the bucket of its value. */
  readonly reported: Readonly<Record<string, number>>;
}

/** One subject in one rollout. */
export interface Visitor {
  /** Of the document, for compare-and-swap; 0 where there is none yet. */
  readonly version: number;
  /** It has failed in this rollout. */
  readonly failed: boolean;
  readonly visits: readonly Visit[];
}

export const nobody: Visitor = { version: 0, failed: false, visits: [] };

/** Its outcome may still be reported, or at least one of its slots is not closed. */
export function isKnown(watch: TableWatch, { place, guarded }: Visit): boolean {
  return isOpen(watch, place, watch.comparison) || (guarded && isOpen(watch, place, watch.guardrail));
}

/** One of its slots is closed: what it was then it stays. */
export function isSettled(watch: TableWatch, { place, guarded }: Visit): boolean {
  return !isOpen(watch, place, watch.comparison) || (guarded && !isOpen(watch, place, watch.guardrail));
}

/** It failed by a report, or by silence until its slot was closed. */
export function hasFailed(watch: TableWatch, { failed, visits }: Visitor): boolean {
  return failed || visits.some((visit) => visit.outcome === 'none' && isSettled(watch, visit));
}

/** It counts in the phase already; who only left may come back. */
export function isSeen({ visits }: Visitor, phase: string): boolean {
  return visits.some(({ place, outcome }) => place.phase === phase && outcome !== 'left');
}

/** Without what decides nothing any more, so that a document stays small. */
export function pruned(watch: TableWatch, visitor: Visitor): Visitor {
  const phases = watch.phases.map(({ id }) => id);
  const isNeeded = (visit: Visit): boolean =>
    isKnown(watch, visit) || (visit.outcome !== 'left' && phases.includes(visit.place.phase));
  return { ...visitor, failed: hasFailed(watch, visitor), visits: visitor.visits.filter(isNeeded) };
}
