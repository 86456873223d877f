import type { AppId } from '@sluice/core';
import type { SubjectKey } from '../subject.js';
import type { Cell } from './cells.js';
import { sumOf } from './contribution.js';
import type { ClosedLine, Counting, SessionTable } from './session-table.js';
import type { TableWatch } from './table-watch.js';
import { nobody, type Visitor } from './visitor.js';

/** A table in memory, which keeps copies as a real one does. */
export function createMemoryTable(): SessionTable {
  const watches = new Map<AppId, TableWatch>();
  const visitors = new Map<string, Visitor>();
  const cells = new Map<string, Cell & { readonly rolloutId: string }>();
  const failed = new Map<string, number>();
  const closed = new Map<string, readonly ClosedLine[]>();
  const key = (rolloutId: string, subject: SubjectKey): string => `${rolloutId}/${String(subject)}`;
  return {
    watches: async () => structuredClone([...watches.values()]),
    watch: async (app) => structuredClone(watches.get(app)),
    async replaceWatch(app, version, next) {
      if ((watches.get(app)?.version ?? 0) !== version) return 'conflict';
      if (next.watch === undefined) watches.delete(app);
      else {
        const { rolloutId } = next.watch.watched;
        watches.set(app, structuredClone({ ...next.watch, version: version + 1 }));
        closed.set(rolloutId, [...(closed.get(rolloutId) ?? []), ...structuredClone(next.closed)]);
      }
      return 'written';
    },
    visitor: async (rolloutId, subject) => structuredClone(visitors.get(key(rolloutId, subject)) ?? nobody),
    async count({ rolloutId, subject, change, mostBegun, mostFailed }: Counting) {
      const { visitor, place, range, add } = change;
      if ((visitors.get(key(rolloutId, subject))?.version ?? 0) !== visitor.version) return 'raced';
      // As in a real one, sessions without a range have several cells.
      const spread = range === '-' ? String(subject % 3) : '';
      const at = `${rolloutId}/${place.phase}/${String(place.base)}/${range}/${spread}`;
      const cell = cells.get(at) ?? { rolloutId, ...place, range, counts: {}, texts: {} };
      if (range !== '-' && change.begins && (cell.counts['m'] ?? 0) >= mostBegun) return 'range-full';
      const failures = failed.get(`${rolloutId}/${range}`) ?? 0;
      if (range !== '-' && change.fails && failures >= mostFailed) return 'range-failed';
      if (change.fails) failed.set(`${rolloutId}/${range}`, failures + 1);
      visitors.set(key(rolloutId, subject), structuredClone({ ...visitor, version: visitor.version + 1 }));
      const texts = { ...cell.texts, ...change.texts };
      cells.set(at, { ...cell, counts: sumOf([cell.counts, add]), texts });
      return 'counted';
    },
    cells: async (rolloutId, from) =>
      [...cells.values()].filter(
        (cell) => cell.rolloutId === rolloutId && cell.phase === from.phase && cell.base >= from.base,
      ),
    closed: async (rolloutId, after) => (closed.get(rolloutId) ?? []).filter(({ id }) => id > after),
  };
}
