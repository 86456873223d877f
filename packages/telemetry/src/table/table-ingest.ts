import { bucketOf, murmur3 } from '@sluice/core';
import type { CheckedBeacon, CheckedEvent } from '@sluice/schema';
import { assignedUnder, type Disbelief } from '../followed.js';
import { subjectKey } from '../subject.js';
import type { BeaconSender, Ingested, Uncounted } from '../telemetry.js';
import { defaultRangeCaps, failedShare, type RangeCaps } from '../trust/range-ledger.js';
import { createFreshWatches } from './fresh-watches.js';
import type { SessionTable } from './session-table.js';
import { revisionsOf, type TableWatch } from './table-watch.js';
import { letGo, takeEvent, type VisitChange, type VisitEvent } from './take-event.js';
import { pruned } from './visitor.js';

export interface TableIngestOptions {
  readonly table: SessionTable;
  readonly caps?: RangeCaps | undefined;
  /** How long it may be believed what was read of a running rollout; 0: not at all. Default 1,000. */
  readonly freshMs?: number;
}

/** Counts sessions in a table; any number of processes may do so at once. */
export interface TableIngest {
  /** Rejects with `telemetry-unreachable` and the like where the table cannot be written. */
  ingest(beacon: CheckedBeacon, from: BeaconSender): Promise<Ingested>;
}

/** So often two writers may be in each other's way. */
const mostTries = 8;

export function createTableIngest({ table, caps = defaultRangeCaps, freshMs = 1000 }: TableIngestOptions): TableIngest {
  const watches = createFreshWatches(table, freshMs);
  const take = async (event: CheckedEvent, page: string, from: BeaconSender): Promise<Uncounted | undefined> => {
    const { app, generation = 0 } = event;
    if (event.reason === 'no-canary') return 'no-rollout';
    const watch = await watches.of(app, { generation, nowMs: from.nowMs });
    if (watch === undefined) return 'no-rollout';
    const told = toldOf(watch, { event, page, from });
    return typeof told === 'string' ? told : countEvent({ table, caps, watch, told });
  };
  return {
    async ingest(beacon, from) {
      const uncounted: Uncounted[] = [];
      // In order: an outcome follows its attempt.
      for (const event of beacon.events) {
        const cause = await take(event, beacon.page, from);
        if (cause !== undefined) uncounted.push(cause);
      }
      return { counted: beacon.events.length - uncounted.length, uncounted };
    },
  };
}

interface Sent {
  readonly event: CheckedEvent;
  readonly page: string;
  readonly from: BeaconSender;
}

function toldOf(watch: TableWatch, { event, page, from }: Sent): VisitEvent | Disbelief {
  const { subject, range, nowMs } = from;
  const { watched } = watch;
  const revisions = revisionsOf(watch);
  const bucket = subject === undefined ? undefined : bucketOf(watched.salt, subject);
  const assigned = assignedUnder({ watched, revisions }, event, bucket);
  if (typeof assigned === 'string' || subject === undefined)
    return typeof assigned === 'string' ? assigned : 'no-subject';
  const { arm, under } = assigned;
  return {
    event,
    page,
    subject: subjectKey(subject),
    arm,
    phase: under,
    range: rangeKey(watched.rolloutId, range),
    nowMs,
  };
}

/** Tells ranges of one rollout apart, and does not say which they are. */
function rangeKey(rolloutId: string, range: string | undefined): string {
  return range === undefined ? '-' : murmur3(`${rolloutId}#${range}`).toString(16).padStart(8, '0');
}

interface CountEvent {
  readonly table: SessionTable;
  readonly caps: RangeCaps;
  readonly watch: TableWatch;
  readonly told: VisitEvent;
}

/** Reads, decides and writes by compare-and-swap, until nobody was in the way. */
async function countEvent({ table, caps, watch, told }: CountEvent): Promise<Uncounted | undefined> {
  const { rolloutId } = watch.watched;
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const visitor = await table.visitor(rolloutId, told.subject);
    const { change, drop } = takeEvent(watch, visitor, told);
    if (change === undefined) return drop;
    const limits = { mostBegun: caps.perSlot, mostFailed: Math.max(caps.failed, failedShare * watch.failed) };
    const count = (what: VisitChange) =>
      table.count({
        rolloutId,
        subject: told.subject,
        change: { ...what, visitor: pruned(watch, what.visitor) },
        ...limits,
      });
    const result = await count(change);
    if (result === 'counted') return drop;
    if (result === 'range-full') return result;
    if (result === 'range-failed' && (await count(letGo(watch, change, told))) === 'counted') return result;
  }
  return 'contended';
}
