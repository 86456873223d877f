import type { AppId, Slot, TelemetrySource, WatchedRollout } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import { lineOf, readSlot } from '../slot-line.js';
import { defaultRangeCaps, type RangeCaps } from '../trust/range-ledger.js';
import type { Cell } from './cells.js';
import { closeDue, type Closing } from './close-due.js';
import { sumOf, type Counts } from './contribution.js';
import type { ClosedLine, SessionTable } from './session-table.js';
import { beginWatch, followWatch, type TableWatch } from './table-watch.js';

export interface TableSourceOptions {
  readonly table: SessionTable;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly caps?: RangeCaps | undefined;
}

/** Slots that close in one write. */
const mostAtOnce = 20;
const mostTries = 5;

/**
 * Slots from a table in which any number of processes count. Slots are the same as those of telemetry in process, and
 * do not depend on who sums them up, nor when: each is in the table before anybody is told of it.
 */
export function createTableSource({ table, now, caps = defaultRangeCaps }: TableSourceOptions): TelemetrySource {
  const apps = new Map<string, AppId>();
  const silent = createSilentSoFar(table);
  const settle = async (app: AppId, rolloutId: string): Promise<void> => {
    for (let more = true; more;) more = await closeSome({ table, app, rolloutId, nowMs: now(), caps, silent });
  };
  return {
    async watch(rollouts) {
      const stored = await table.watches();
      for (const watched of rollouts) {
        apps.set(watched.rolloutId, watched.app);
        await follow({ table, watched, nowMs: now(), stored });
      }
      for (const { watched, version } of stored) {
        if (rollouts.some(({ rolloutId }) => rolloutId === watched.rolloutId)) continue;
        apps.delete(watched.rolloutId);
        if (rollouts.some(({ app }) => app === watched.app)) continue;
        await table.replaceWatch(watched.app, version, { watch: undefined, closed: [] });
      }
    },
    async closedSlots(rolloutId, after) {
      const app = apps.get(rolloutId);
      if (app !== undefined) await settle(app, rolloutId);
      return slotsOf(rolloutId, await table.closed(rolloutId, after));
    },
  };
}

function slotsOf(rolloutId: string, closed: readonly ClosedLine[]): readonly Slot[] {
  return closed.map(({ line }) => readSlot(rolloutId, line)).filter((slot) => slot !== undefined);
}

interface Follow {
  readonly table: SessionTable;
  readonly watched: WatchedRollout;
  readonly nowMs: number;
  readonly stored: readonly TableWatch[];
}

/** Writes what is new of a rollout. Another controller may do the same: then its document is read and brought forward. */
async function follow({ table, watched, nowMs, stored }: Follow): Promise<void> {
  const { app, rolloutId } = watched;
  let before = stored.find((watch) => watch.watched.app === app);
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const isSame = before?.watched.rolloutId === rolloutId;
    const lastId = isSame ? 0 : ((await table.closed(rolloutId, watched.lastSlot)).at(-1)?.id ?? 0);
    const next =
      before !== undefined && isSame ? followWatch(before, watched, nowMs) : beginWatch(watched, { nowMs, lastId });
    if (next === before) return;
    const written = await table.replaceWatch(app, before?.version ?? 0, { watch: next, closed: [] });
    if (written === 'written') return;
    before = await table.watch(app);
  }
  throw contended(app);
}

interface Close {
  readonly table: SessionTable;
  readonly app: AppId;
  readonly rolloutId: string;
  readonly nowMs: number;
  readonly caps: RangeCaps;
  readonly silent: SilentSoFar;
}

/** Closes what is due, up to so many; whether there may be more. */
async function closeSome({ table, app, rolloutId, nowMs, caps, silent }: Close): Promise<boolean> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const watch = await table.watch(app);
    if (watch?.watched.rolloutId !== rolloutId || nowMs < soonestMs(watch)) return false;
    const cells = await openCells(table, watch);
    const silentBefore = await silent(rolloutId);
    const { next, closings } = closeDue(watch, { nowMs, cells, most: mostAtOnce, caps, silentBefore });
    if (closings.length === 0) return false;
    const closed = closings.map(closedLine);
    const written = await table.replaceWatch(app, watch.version, { watch: next, closed });
    if (written === 'written') return closings.length === mostAtOnce;
  }
  throw contended(app);
}

type SilentSoFar = (rolloutId: string) => Promise<Counts>;

/** Silent sessions of all closed slots by range; what was read once is not read again. */
function createSilentSoFar(table: SessionTable): SilentSoFar {
  const known = new Map<string, { readonly last: number; readonly silent: Counts }>();
  return async (rolloutId) => {
    const { last, silent } = known.get(rolloutId) ?? { last: 0, silent: {} };
    const closed = await table.closed(rolloutId, last);
    const next = { last: closed.at(-1)?.id ?? last, silent: sumOf([silent, ...closed.map((one) => one.silent)]) };
    known.set(rolloutId, next);
    return next.silent;
  };
}

function closedLine({ slot, silent }: Closing): ClosedLine {
  return { id: slot.id, line: lineOf({ slot, subjects: [], failedSubjects: [], failedRanges: [] }), silent };
}

/** Before that no slot can be due, and nothing needs to be read. */
function soonestMs(watch: TableWatch): number {
  const { baseSlotMs, closingLagMs } = watch.watched.rules;
  const ends = [watch.comparison, watch.guardrail].flatMap((open) => {
    const at = watch.phases.findIndex(({ id }) => id === open?.phase);
    const phase = watch.phases[at];
    if (phase === undefined || open === null) return [];
    return [Math.min(phase.startMs + (open.base + 1) * baseSlotMs, watch.phases[at + 1]?.startMs ?? Infinity)];
  });
  return Math.min(...ends) + closingLagMs;
}

async function openCells(table: SessionTable, watch: TableWatch): Promise<readonly Cell[]> {
  const opens = [watch.comparison, watch.guardrail].filter((open) => open !== null);
  const first = Math.min(...opens.map((open) => watch.phases.findIndex(({ id }) => id === open.phase)));
  const found = await Promise.all(
    watch.phases.slice(first).map(({ id }, i) => {
      // Of the first phase only what is open; a track may be there already while the other is in a later one.
      const bases = opens.filter((open) => i === 0 && open.phase === id).map(({ base }) => base);
      return table.cells(watch.watched.rolloutId, {
        phase: id,
        base: Math.min(...bases, bases.length === 0 ? 0 : Infinity),
      });
    }),
  );
  return found.flat();
}

function contended(app: AppId): DeliveryError {
  return new DeliveryError({
    code: 'telemetry-unreachable',
    message: `The telemetry of "${app}" was written by somebody else, again and again.`,
    remedy: 'Nothing is lost: the next tick tries again. Let one controller run for a platform.',
  });
}
