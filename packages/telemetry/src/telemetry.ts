import type { SlotJournal, TelemetrySource, WatchedRollout } from '@sluice/core';
import { bucketOf } from '@sluice/core';
import type { CheckedBeacon, CheckedEvent } from '@sluice/schema';
import { lineOf, readLine } from './slot-line.js';
import type { ClosedSlot, Drop } from './slot-machine.js';
import { SlotMachine } from './slot-machine.js';
import { subjectKey } from './subject.js';
import type { RangeCaps } from './trust/range-ledger.js';
import { createTraffic } from './traffic.js';

export interface TelemetryOptions {
  readonly journal: SlotJournal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Share of the pages outside rollouts that send anything. */
  readonly sampleRate: number;
  /** What one address range may contribute to a rollout. */
  readonly caps?: RangeCaps | undefined;
}

/** Why an event was not counted. */
export type Uncounted =
  Drop | 'no-rollout' | 'no-subject' | 'not-by-bucket' | 'no-generation' | 'unknown-version' | 'mismatch';

export interface Telemetry extends TelemetrySource {
  /** Takes a checked beacon in; how many of its events were counted, and why the others were not. Never throws. */
  ingest(beacon: CheckedBeacon, from: Sender): Ingested;
  /** Events that were not counted since the start, by cause. */
  uncounted(): Readonly<Partial<Record<Uncounted, number>>>;
}

/** Who sent a beacon, and when it came. */
interface Sender {
  readonly subject: string | undefined;
  /** Address range; undefined where what it contributes is not capped. */
  readonly range?: string | undefined;
  readonly nowMs: number;
}

export interface Ingested {
  readonly counted: number;
  readonly uncounted: readonly Uncounted[];
}

interface Running {
  readonly machine: SlotMachine;
  closed: ClosedSlot[];
  /** Slots that are closed but not yet in the journal. */
  pending: ClosedSlot[];
  /** Revisions that an event may have been assigned under, newest first, with their weights. */
  revisions: readonly { readonly revision: number; readonly weightBp: number }[];
}

/** Telemetry in process: sessions in memory, one line per closed slot in the journal, replayed at start. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const running = new Map<string, Running>();
  const byApp = new Map<string, Running>();
  const causes: Partial<Record<Uncounted, number>> = {};
  const traffic = createTraffic();

  const follow = async (watched: WatchedRollout): Promise<void> => {
    const known = running.get(watched.rolloutId) ?? (await replay(options, watched));
    running.set(watched.rolloutId, known);
    byApp.set(watched.app, known);
    if (known.revisions[0]?.revision !== watched.revision) {
      const { revision, weightBp } = watched;
      known.revisions = [{ revision, weightBp }, ...known.revisions].slice(0, 2);
    }
    known.machine.follow(watched, options.now());
    known.closed = known.closed.filter(({ slot }) => slot.id > watched.lastSlot);
  };

  return {
    async watch(rollouts) {
      const wanted = new Set(rollouts.map((rollout) => rollout.rolloutId));
      for (const [id, { machine }] of running) {
        if (wanted.has(id)) continue;
        running.delete(id);
        byApp.delete(machine.watched.app);
      }
      for (const rollout of rollouts) await follow(rollout);
    },
    async closedSlots(rolloutId, after) {
      const known = running.get(rolloutId);
      if (known === undefined)
        return (await linesOf(options.journal, rolloutId)).map(slotOf).filter(({ id }) => id > after);
      await persist(options, known);
      return known.closed.map(slotOf).filter(({ id }) => id > after);
    },
    sessionsPerSecond: (app) => traffic.perSecond(app, options.now()),
    ingest(beacon, from) {
      const uncounted: Uncounted[] = [];
      for (const event of beacon.events) {
        if (event.kind === 'attempt') {
          traffic.saw(event.app, event.reason === 'no-canary' ? 1 / Math.max(options.sampleRate, 1e-6) : 1, from.nowMs);
        }
        const cause = count({ known: byApp.get(event.app), event, page: beacon.page, ...from });
        if (cause === undefined) continue;
        uncounted.push(cause);
        causes[cause] = (causes[cause] ?? 0) + 1;
      }
      return { counted: beacon.events.length - uncounted.length, uncounted };
    },
    uncounted: () => ({ ...causes }),
  };
}

interface Counting extends Sender {
  readonly known: Running | undefined;
  readonly event: CheckedEvent;
  readonly page: string;
}

/** Recomputes the assignment: an event whose version does not follow from its subject is not believed. */
function count(input: Counting): Uncounted | undefined {
  const { known, event, subject } = input;
  if (known === undefined) return 'no-rollout';
  if (event.reason !== 'bucket') return 'not-by-bucket';
  if (subject === undefined) return 'no-subject';
  const { generation } = event;
  if (generation === undefined) return 'no-generation';
  const { watched } = known.machine;
  if (event.version !== watched.canary && event.version !== watched.stable) return 'unknown-version';
  const under = known.revisions.find(({ revision }) => revision <= generation);
  if (under === undefined) return 'stale-revision';
  const arm = bucketOf(watched.salt, subject) < under.weightBp ? 'canary' : 'stable';
  if (event.version !== (arm === 'canary' ? watched.canary : watched.stable)) return 'mismatch';
  return known.machine.take(
    {
      kind: event.kind,
      page: input.page,
      subject: subjectKey(subject),
      range: input.range,
      arm,
      revision: under.revision,
      ageMs: event.ageMs,
    },
    input.nowMs,
  );
}

async function replay(options: TelemetryOptions, watched: WatchedRollout): Promise<Running> {
  const replayed = await linesOf(options.journal, watched.rolloutId);
  return {
    // A restarted source begins a new slot now: what was open when it stopped was not observed.
    machine: new SlotMachine(watched, { nowMs: options.now(), replayed, caps: options.caps }),
    closed: replayed.filter(({ slot }) => slot.id > watched.lastSlot),
    pending: [],
    revisions: [{ revision: watched.revision, weightBp: watched.weightBp }],
  };
}

/** A slot is in the journal before anybody is told of it. */
async function persist(options: TelemetryOptions, known: Running): Promise<void> {
  known.pending.push(...known.machine.takeClosed(options.now()));
  for (let next = known.pending[0]; next !== undefined; next = known.pending[0]) {
    await options.journal.append(next.slot.rolloutId, lineOf(next));
    known.pending.shift();
    known.closed.push(next);
  }
}

async function linesOf(journal: SlotJournal, rolloutId: string): Promise<ClosedSlot[]> {
  const closed: ClosedSlot[] = [];
  for (const line of await journal.read(rolloutId)) {
    const read = readLine(line);
    // The same slot twice (an append whose success was not seen) is one slot.
    if (read !== undefined && read.slot.id > (closed.at(-1)?.slot.id ?? 0)) closed.push(read);
  }
  return closed;
}

function slotOf(closed: ClosedSlot): ClosedSlot['slot'] {
  return closed.slot;
}
