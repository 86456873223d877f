import type { SlotJournal, TelemetrySource } from '@sluice/core';
import type { CheckedBeacon, CheckedEvent } from '@sluice/schema';
import { believe, followFrom, goOn, persist, type Disbelief, type Followed } from './followed.js';
import { closedInJournal } from './replay.js';
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
export type Uncounted = Disbelief | 'no-rollout';

export interface Telemetry extends TelemetrySource {
  /** Takes a checked beacon in; how many of its events were counted, and why the others were not. Never throws. */
  ingest(beacon: CheckedBeacon, from: BeaconSender): Ingested;
  /** Events that were not counted since the start, by cause. */
  uncounted(): Readonly<Partial<Record<Uncounted, number>>>;
}

/** Who sent a beacon, and when it came. */
interface BeaconSender {
  readonly subject: string | undefined;
  /** Address range; undefined where what it contributes is not capped. */
  readonly range?: string | undefined;
  readonly nowMs: number;
}

export interface Ingested {
  readonly counted: number;
  readonly uncounted: readonly Uncounted[];
}

/** Telemetry in process: sessions in memory, one line per closed slot in the journal, replayed at start. */
export function createTelemetry({ journal, now, sampleRate, caps }: TelemetryOptions): Telemetry {
  const running = new Map<string, Followed>();
  const byApp = new Map<string, Followed>();
  const causes: Partial<Record<Uncounted, number>> = {};
  const traffic = createTraffic();

  const take = (event: CheckedEvent, page: string, from: BeaconSender): Uncounted | undefined => {
    if (event.kind === 'attempt') {
      traffic.saw(event.app, event.reason === 'no-canary' ? 1 / Math.max(sampleRate, 1e-6) : 1, from.nowMs);
    }
    const followed = byApp.get(event.app);
    return followed === undefined ? 'no-rollout' : believe(followed, { event, page, ...from });
  };
  return {
    async watch(rollouts) {
      const wanted = new Set(rollouts.map(({ rolloutId }) => rolloutId));
      for (const [id, { machine }] of running) {
        if (wanted.has(id)) continue;
        running.delete(id);
        byApp.delete(machine.watched.app);
      }
      for (const watched of rollouts) {
        const followed = running.get(watched.rolloutId) ?? (await followFrom(journal, watched, { nowMs: now(), caps }));
        running.set(watched.rolloutId, followed);
        byApp.set(watched.app, followed);
        goOn(followed, watched, now());
      }
    },
    async closedSlots(rolloutId, after) {
      const followed = running.get(rolloutId);
      if (followed !== undefined) await persist(journal, followed, now());
      const closed = followed?.closed ?? (await closedInJournal(journal, rolloutId));
      return closed.filter(({ id }) => id > after);
    },
    sessionsPerSecond: (app) => traffic.perSecond(app, now()),
    ingest(beacon, from) {
      const uncounted: Uncounted[] = [];
      for (const event of beacon.events) {
        const cause = take(event, beacon.page, from);
        if (cause === undefined) continue;
        uncounted.push(cause);
        causes[cause] = (causes[cause] ?? 0) + 1;
      }
      return { counted: beacon.events.length - uncounted.length, uncounted };
    },
    uncounted: () => ({ ...causes }),
  };
}
