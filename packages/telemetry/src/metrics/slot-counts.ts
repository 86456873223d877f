import type { ArmMeasurements, Slot, TelemetrySource, WatchedRollout } from '@sluice/core';
import type { MetricFamily, MetricSample } from './exposition.js';

/** Counters of the sessions of closed slots, each once: exact enough that slots can be made of them elsewhere. */
export interface SlotCounts {
  saw(watched: WatchedRollout, slots: readonly Slot[]): void;
  families(): readonly MetricFamily[];
}

/** Names of the two counters, and of the gauge that tells one process from the next. */
export const slotSessionsName = 'sluice_slot_sessions_total';
export const slotLoadsName = 'sluice_slot_loads_total';
export const startTimeName = 'sluice_start_time_seconds';

/** Most revisions of a rollout that have series; older ones have been read long ago. */
const mostRevisions = 8;

interface Counted {
  readonly rolloutId: string;
  readonly revisions: Map<number, Map<string, { readonly sample: MetricSample['labels']; value: number }>>;
}

export function createSlotCounts(): SlotCounts {
  /** One rollout an app: the running or the last. */
  const perApp = new Map<string, Counted>();
  const add = (watched: WatchedRollout, slot: Slot): void => {
    const before = perApp.get(watched.app);
    const counted =
      before?.rolloutId === watched.rolloutId ? before : { rolloutId: watched.rolloutId, revisions: new Map() };
    perApp.set(watched.app, counted);
    const series = counted.revisions.get(slot.revision) ?? new Map<string, never>();
    counted.revisions.set(slot.revision, series);
    for (const revision of counted.revisions.keys()) {
      if (counted.revisions.size <= mostRevisions) break;
      counted.revisions.delete(revision);
    }
    for (const [labels, value] of countsOf(watched, slot)) {
      const key = Object.values(labels).join(' ');
      const known = series.get(key);
      if (known === undefined) series.set(key, { sample: labels, value });
      else known.value += value;
    }
  };
  const samplesOf = (name: string): readonly MetricSample[] =>
    [...perApp.values()].flatMap(({ revisions }) =>
      [...revisions.values()].flatMap((series) =>
        [...series.values()]
          .filter(({ sample }) => (sample['bucket'] === undefined) === (name === slotSessionsName))
          .map(({ sample, value }) => ({ labels: sample, value })),
      ),
    );
  return {
    saw(watched, slots) {
      for (const slot of slots) if (slot.kind === 'comparison') add(watched, slot);
    },
    families: () => [
      {
        name: slotSessionsName,
        help: 'Sessions of closed slots by arm, revision of the weight, and what became of them.',
        kind: 'counter',
        samples: samplesOf(slotSessionsName),
      },
      {
        name: slotLoadsName,
        help: 'Sessions of closed slots by the bucket of their load time: 10 ms times 1.1^(bucket/2), or none.',
        kind: 'counter',
        samples: samplesOf(slotLoadsName),
      },
    ],
  };
}

type Count = readonly [labels: Readonly<Record<string, string>>, value: number];

function countsOf(watched: WatchedRollout, slot: Slot): readonly Count[] {
  const { app, rolloutId, canary, stable } = watched;
  const common = { app, rollout: rolloutId, revision: String(slot.revision), weight_bp: String(slot.weightBp) };
  return [
    ...armCounts({ ...common, version: canary, arm: 'canary' }, slot.canary),
    ...armCounts({ ...common, version: stable, arm: 'baseline' }, slot.baseline),
    ...(slot.half === undefined
      ? []
      : [
          [{ ...common, version: stable, arm: 'half', of: 'all' }, slot.half.sessions] as const,
          [{ ...common, version: stable, arm: 'half', of: 'failed' }, slot.half.failed] as const,
        ]),
  ];
}

function armCounts(labels: Readonly<Record<string, string>>, arm: ArmMeasurements): readonly Count[] {
  const counts: Count[] = [
    [{ ...labels, of: 'all' }, arm.sessions],
    [{ ...labels, of: 'failed' }, arm.failed],
  ];
  if (arm.loadFailed !== undefined) counts.push([{ ...labels, of: 'load-failed' }, arm.loadFailed]);
  if (arm.silent !== undefined) counts.push([{ ...labels, of: 'silent' }, arm.silent]);
  for (const [cache, loads] of Object.entries(arm.loads ?? {})) {
    counts.push([{ ...labels, cache, bucket: 'none' }, loads.unloaded]);
    for (const [bucket, count] of loads.histogram) counts.push([{ ...labels, cache, bucket: String(bucket) }, count]);
  }
  return counts;
}

/**
 * The same source, whose slots are counted as they close, each once. What had closed before this process first looked
 * was counted by another, and is left out.
 */
export function countingSlots(source: TelemetrySource, counts: SlotCounts): TelemetrySource {
  const watched = new Map<string, { rollout: WatchedRollout; last: number }>();
  const lastOf = async ({ rolloutId, lastSlot }: WatchedRollout): Promise<number> =>
    (await source.closedSlots(rolloutId, lastSlot)).at(-1)?.id ?? lastSlot;
  return {
    ...source,
    async watch(rollouts) {
      await source.watch(rollouts);
      const ids = new Set(rollouts.map(({ rolloutId }) => rolloutId));
      for (const id of watched.keys()) if (!ids.has(id)) watched.delete(id);
      for (const rollout of rollouts) {
        const known = watched.get(rollout.rolloutId);
        if (known === undefined) watched.set(rollout.rolloutId, { rollout, last: await lastOf(rollout) });
        else known.rollout = rollout;
      }
    },
    async closedSlots(rolloutId, after) {
      const slots = await source.closedSlots(rolloutId, after);
      const known = watched.get(rolloutId);
      if (known !== undefined) {
        counts.saw(
          known.rollout,
          slots.filter(({ id }) => id > known.last),
        );
        known.last = Math.max(known.last, slots.at(-1)?.id ?? 0);
      }
      return slots;
    },
  };
}
