import type { Slot, SlotJournal, TelemetrySource, WatchedRollout } from '@sluice/core';
import { readInstances, type Instance } from './instance.js';
import { createPatience } from './patience.js';
import { createQuery, unusable, type PrometheusOptions } from './query.js';
import { beginAt, beginLine, goOnFrom, windowLine, windowsInJournal, type WindowsSoFar } from './window-journal.js';
import { mayEnd, slotsOf } from './window-slots.js';
import { goneMs, nextWindow } from './window.js';

export interface PrometheusSourceOptions extends PrometheusOptions {
  /** Name of the scrape job of the processes that take telemetry in. */
  readonly job: string;
  /** Of its own: no other source writes there. */
  readonly journal: SlotJournal;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What is further behind was not observed: windows begin anew. */
const mostBehindMs = 1_800_000;

interface Following {
  watched: WatchedRollout;
  soFar: WindowsSoFar;
}

/**
 * Slots from the counters of closed slots of any number of processes, as Prometheus has scraped them. Each window is in
 * the journal before anybody is told of it, so a restart gives the same slots with the same ids.
 */
export function createPrometheusSource(options: PrometheusSourceOptions): TelemetrySource {
  const { journal, now, job } = options;
  const query = createQuery(options);
  const patience = createPatience(now);
  const running = new Map<string, Following>();

  const begin = async (watched: WatchedRollout): Promise<void> => {
    const following = running.get(watched.rolloutId);
    if (following === undefined) {
      const soFar = await goOnFrom(journal, watched, { nowMs: now(), mostBehindMs });
      running.set(watched.rolloutId, { watched, soFar });
      return;
    }
    const { soFar } = following;
    following.watched = watched;
    following.soFar = { ...soFar, slots: soFar.slots.filter(({ id }) => id > watched.lastSlot) };
  };
  const read = async ({ watched, soFar: { start } }: Following, nowMs: number) => {
    const upFromMs = Math.min(start.startMs, nowMs - goneMs);
    const asked = { watched, job, upFromMs, fromMs: start.startMs, toMs: nowMs };
    const instances = await readInstances(query, asked);
    if (instances.some(({ scrapes }) => (scrapes.at(-1)?.atMs ?? -Infinity) + goneMs > nowMs)) return instances;
    throw unusable(`it scrapes nothing of the job "${job}"`);
  };
  const closeWindows = async (following: Following): Promise<void> => {
    const nowMs = now();
    const { watched, soFar } = following;
    if (nowMs < soFar.start.startMs + watched.rules.baseSlotMs) return;
    const instances = await patience.ask(() => read(following, nowMs));
    await endWindows(following, { journal, instances, nowMs });
  };
  return {
    async watch(rollouts) {
      const wanted = new Set(rollouts.map(({ rolloutId }) => rolloutId));
      for (const id of running.keys()) if (!wanted.has(id)) running.delete(id);
      for (const watched of rollouts) await begin(watched);
    },
    async closedSlots(rolloutId, after) {
      const following = running.get(rolloutId);
      if (following !== undefined) await closeWindows(following);
      const slots: readonly Slot[] =
        following?.soFar.slots ?? (await windowsInJournal(journal, rolloutId))?.slots ?? [];
      return slots.filter(({ id }) => id > after);
    },
  };
}

interface Read {
  readonly journal: SlotJournal;
  readonly instances: readonly Instance[];
  readonly nowMs: number;
}

/** Every window that may end by what was read, each in the journal first. */
async function endWindows(following: Following, { journal, instances, nowMs }: Read): Promise<void> {
  const { watched } = following;
  const seen = { instances, nowMs, baseSlotMs: watched.rules.baseSlotMs, mayEnd: mayEnd(watched) };
  for (;;) {
    const { start, lastId, slots } = following.soFar;
    const window = nextWindow(start, seen);
    if (window === undefined) break;
    const closed = slotsOf(watched, window, lastId);
    await journal.append(watched.rolloutId, windowLine(window, closed));
    const next = { beganMs: start.beganMs, startMs: window.endMs, cuts: window.cuts };
    following.soFar = { start: next, lastId: lastId + closed.length, slots: [...slots, ...closed] };
  }
  if (nowMs - following.soFar.start.startMs <= mostBehindMs) return;
  await journal.append(watched.rolloutId, beginLine(nowMs));
  following.soFar = { ...following.soFar, start: beginAt(nowMs) };
}
