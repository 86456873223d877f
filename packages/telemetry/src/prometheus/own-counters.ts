import type { TelemetrySource } from '@sluice/core';

/**
 * The slots of `source`, while those of this process are closed and counted too: Prometheus scrapes them here. Traffic
 * and what stable did before are what this process has seen.
 */
export function besideOwnCounters(source: TelemetrySource, own: TelemetrySource): TelemetrySource {
  /** Slots of this process have numbers of their own, which no record has credited. */
  const last = new Map<string, number>();
  return {
    ...own,
    async watch(rollouts) {
      const ids = new Set(rollouts.map(({ rolloutId }) => rolloutId));
      for (const id of last.keys()) if (!ids.has(id)) last.delete(id);
      await own.watch(rollouts.map((rollout) => ({ ...rollout, lastSlot: last.get(rollout.rolloutId) ?? 0 })));
      await source.watch(rollouts);
    },
    async closedSlots(rolloutId, after) {
      const before = last.get(rolloutId) ?? 0;
      const closed = await own.closedSlots(rolloutId, before);
      last.set(rolloutId, closed.at(-1)?.id ?? before);
      return source.closedSlots(rolloutId, after);
    },
  };
}
