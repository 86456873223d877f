import type { AppId } from '@sluice/core';
import type { SessionTable } from './session-table.js';
import type { TableWatch } from './table-watch.js';

/** What runs, as it was read a moment ago. */
export interface FreshWatches {
  /** Undefined where no rollout of the app runs. Read anew where a page knows a newer generation. */
  of(app: AppId, at: { readonly generation: number; readonly nowMs: number }): Promise<TableWatch | undefined>;
}

interface Read {
  readonly atMs: number;
  readonly watch: Promise<TableWatch | undefined>;
}

/** Newer generations are what pages claim: for them the table is asked so often and not more. */
const soonestMs = 200;

/** Many requests at once make one read. */
export function createFreshWatches(table: SessionTable, freshMs: number): FreshWatches {
  const reads = new Map<AppId, Read>();
  const read = (app: AppId, nowMs: number): Promise<TableWatch | undefined> => {
    const watch = table.watch(app);
    const mine: Read = { atMs: nowMs, watch };
    reads.set(app, mine);
    watch.catch(() => {
      if (reads.get(app) === mine) reads.delete(app);
    });
    return watch;
  };
  return {
    async of(app, { generation, nowMs }) {
      const known = reads.get(app);
      const ageMs = known === undefined ? Infinity : Math.abs(nowMs - known.atMs);
      if (known === undefined || ageMs >= freshMs) return read(app, nowMs);
      const watch = await known.watch;
      const isNewer = watch !== undefined && generation > watch.watched.revision;
      return isNewer && ageMs >= Math.min(soonestMs, freshMs) ? read(app, nowMs) : watch;
    },
  };
}
