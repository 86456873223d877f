import type { AppId } from '@sluice/core';
import type { SubjectKey } from '../subject.js';
import type { Cell } from './cells.js';
import type { Place, TableWatch } from './table-watch.js';
import type { VisitChange } from './take-event.js';
import type { Visitor } from './visitor.js';

/** What is counted of one subject, all of it or nothing. */
export interface Counting {
  readonly rolloutId: string;
  readonly subject: SubjectKey;
  /** The change; `visitor.version` is what was read. */
  readonly change: VisitChange;
  /** Sessions that its range may begin in one base slot. */
  readonly mostBegun: number;
  /** Failures of its range that count before this one. */
  readonly mostFailed: number;
}

/** A closed slot as a line, and which ranges its silent sessions are of. */
export interface ClosedLine {
  readonly id: number;
  readonly line: string;
  readonly silent: Readonly<Record<string, number>>;
}

/**
 * Where any number of processes count sessions together. Reads see every write that was done before. Everything throws
 * `telemetry-unreachable` and the like when the world is broken; then it may have been done or not.
 */
export interface SessionTable {
  watches(): Promise<readonly TableWatch[]>;
  watch(app: AppId): Promise<TableWatch | undefined>;
  /** Compare-and-swap by `version`; undefined removes what has this version. Slots go with it, all or nothing. */
  replaceWatch(
    app: AppId,
    version: number,
    next: { readonly watch: TableWatch | undefined; readonly closed: readonly ClosedLine[] },
  ): Promise<'written' | 'conflict'>;
  visitor(rolloutId: string, subject: SubjectKey): Promise<Visitor>;
  /** `raced`: the visitor is another one by now. `range-full`, `range-failed`: its range has had its share. Nothing was counted then. */
  count(counting: Counting): Promise<'counted' | 'raced' | 'range-full' | 'range-failed'>;
  /** All cells of a rollout from this place of its phase on. */
  cells(rolloutId: string, from: Place): Promise<readonly Cell[]>;
  /** Closed slots with a higher id, in order. */
  closed(rolloutId: string, after: number): Promise<readonly ClosedLine[]>;
}
