import type { SlotJournal, TelemetrySource } from '@sluice/core';
import { nothingBefore } from '@sluice/core';
import type { CheckedBeacon, CheckedEvent } from '@sluice/schema';
import { believe, type Disbelief } from './followed.js';
import { createOutsideRollouts } from './outside-rollouts.js';
import { createRunningRollouts } from './running-rollouts.js';
import type { RangeCaps } from './trust/range-ledger.js';
import { createTraffic } from './traffic.js';
import { createVersionsLately } from './versions-lately.js';

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
export type Uncounted = Disbelief | 'no-rollout' | 'contended';

export interface Telemetry extends TelemetrySource {
  /** Takes a checked beacon in; how many of its events were counted, and why the others were not. Never throws. */
  ingest(beacon: CheckedBeacon, from: BeaconSender): Ingested;
  /** Events that were not counted since the start, by cause. */
  uncounted(): Readonly<Partial<Record<Uncounted, number>>>;
}

/** Who sent a beacon, and when it came. */
export interface BeaconSender {
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
  const causes: Partial<Record<Uncounted, number>> = {};
  const traffic = createTraffic();
  const lately = createVersionsLately(now);
  const outside = createOutsideRollouts(lately, caps);
  const rollouts = createRunningRollouts({ journal, now, caps, lately });

  const take = (event: CheckedEvent, page: string, from: BeaconSender): Uncounted | undefined => {
    const { subject } = from;
    if (event.reason === 'no-canary') {
      if (event.kind === 'attempt') traffic.saw(event.app, 1 / Math.max(sampleRate, 1e-6), from.nowMs);
      return subject === undefined ? 'no-subject' : outside.take({ event, page, ...from, subject });
    }
    if (event.kind === 'attempt') traffic.saw(event.app, 1, from.nowMs);
    const followed = rollouts.of(event.app);
    return followed === undefined ? 'no-rollout' : believe(followed, { event, page, ...from });
  };
  return {
    async watch(watched) {
      for (const { app, rules } of watched) outside.name(app, rules.reported ?? []);
      await rollouts.watch(watched);
    },
    closedSlots: async (rolloutId, after) => rollouts.closedSlots(rolloutId, after),
    sessionsPerSecond: (app) => traffic.perSecond(app, now()),
    baselineBefore(app, stable) {
      outside.settle(now());
      const sessionsPerSecond = traffic.perSecond(app, now()) ?? null;
      const before = lately.before(app, stable);
      if (before === undefined && sessionsPerSecond === null) return undefined;
      return { ...nothingBefore, ...before, sessionsPerSecond };
    },
    ingest(beacon, from) {
      const uncounted = beacon.events
        .map((event) => take(event, beacon.page, from))
        .filter((cause) => cause !== undefined);
      for (const cause of uncounted) causes[cause] = (causes[cause] ?? 0) + 1;
      return { counted: beacon.events.length - uncounted.length, uncounted };
    },
    uncounted: () => ({ ...causes }),
  };
}
