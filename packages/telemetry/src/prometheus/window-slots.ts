import type { ArmMeasurements, Loads, Slot, WatchedRollout } from '@sluice/core';
import type { Count, Window } from './window.js';

/** A window that never sees both arms ends after so long with what it has; Prometheus keeps samples, but not for ever. */
const longestMs = 900_000;

/** A window grows while an arm is unseen; at 100 % there is no baseline to wait for. */
export function mayEnd(watched: WatchedRollout): (counts: readonly Count[], lengthMs: number) => boolean {
  return (counts, lengthMs) => {
    if (watched.weightBp >= 10_000 || lengthMs >= longestMs) return true;
    return revisionsIn(counts).some((revision) => {
      const own = counts.filter(({ of }) => of.revision === revision);
      return sessions(own, 'canary') >= 1 && sessions(own, 'baseline') >= 1;
    });
  };
}

/**
 * A slot holds one revision only, so a window in which the weight changed makes several. Its length belongs to the
 * last of them: time is credited once.
 */
export function slotsOf(watched: WatchedRollout, { startMs, endMs, counts }: Window, lastId: number): readonly Slot[] {
  const found = revisionsIn(counts);
  const revisions = found.length === 0 ? [watched.revision] : found;
  const slots = revisions.flatMap((revision, i): readonly Omit<Slot, 'id'>[] => {
    const own = counts.filter(({ of }) => of.revision === revision);
    const comparison: Omit<Slot, 'id'> = {
      rolloutId: watched.rolloutId,
      kind: 'comparison',
      revision,
      weightBp: own[0]?.of.weightBp ?? watched.weightBp,
      startMs,
      lengthMs: i === revisions.length - 1 ? endMs - startMs : 0,
      canary: armOf(own, 'canary'),
      baseline: armOf(own, 'baseline'),
      half: { sessions: sessions(own, 'half'), failed: sessions(own, 'half', 'failed') },
    };
    return watched.rules.guardrail ? [comparison, { ...comparison, kind: 'guardrail' }] : [comparison];
  });
  return slots.map((slot, i) => ({ id: lastId + 1 + i, ...slot }));
}

function revisionsIn(counts: readonly Count[]): readonly number[] {
  return [...new Set(counts.map(({ of }) => of.revision))].toSorted((a, b) => a - b);
}

type Arm = 'canary' | 'baseline' | 'half';

function sessions(counts: readonly Count[], arm: Arm, of: 'all' | 'failed' | 'load-failed' | 'silent' = 'all'): number {
  const own = counts.filter((count) => count.of.arm === arm && 'of' in count.of.what && count.of.what.of === of);
  return own.reduce((total, { value }) => total + value, 0);
}

function armOf(counts: readonly Count[], arm: Arm): ArmMeasurements {
  return {
    sessions: sessions(counts, arm),
    failed: sessions(counts, arm, 'failed'),
    loadFailed: sessions(counts, arm, 'load-failed'),
    silent: sessions(counts, arm, 'silent'),
    loads: { cold: loadsOf(counts, arm, 'cold'), warm: loadsOf(counts, arm, 'warm') },
  };
}

function loadsOf(counts: readonly Count[], arm: Arm, cache: 'cold' | 'warm'): Loads {
  const buckets = new Map<number, number>();
  let unloaded = 0;
  for (const { of, value } of counts) {
    if (of.arm !== arm || !('cache' in of.what) || of.what.cache !== cache) continue;
    const { bucket } = of.what;
    if (bucket === 'none') unloaded += value;
    else buckets.set(bucket, (buckets.get(bucket) ?? 0) + value);
  }
  return { unloaded, histogram: [...buckets].toSorted(([a], [b]) => a - b) };
}
