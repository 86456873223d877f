import type { AppId, ReportedMetric, VersionId, WatchedRollout } from '@sluice/core';
import type { CheckedEvent } from '@sluice/schema';
import { SlotMachine, type Drop } from './slot-machine.js';
import { SubjectSet } from './subject-set.js';
import { subjectKey } from './subject.js';
import type { RangeCaps } from './trust/range-ledger.js';
import type { VersionsLately } from './versions-lately.js';

/** One event of a page whose app has no canary. */
interface OutsideEvent {
  readonly event: CheckedEvent;
  readonly page: string;
  readonly subject: string;
  readonly range?: string | undefined;
  readonly nowMs: number;
}

/** Sessions outside rollouts, sampled or not: they go through slots as those of rollouts do, and end in {@link VersionsLately}. */
export interface OutsideRollouts {
  take(told: OutsideEvent): Drop | undefined;
  /** Metrics of the application that its latest rollout was judged by. */
  name(app: AppId, reported: readonly ReportedMetric[]): void;
  /** Hands over what is due. */
  settle(nowMs: number): void;
}

interface Watch {
  readonly machine: SlotMachine;
  readonly sinceMs: number;
  /** Events that it has counted. */
  counted: number;
}

/** So long a subject counts once; then everything begins anew, and sessions whose outcome is open are let go. */
const epochMs = 3_600_000;
const baseSlotMs = 10_000;
const settleEveryMs = 1000;
const mostWatches = 4;

export function createOutsideRollouts(lately: VersionsLately, caps: RangeCaps | undefined): OutsideRollouts {
  const watches = new Map<AppId, Map<VersionId, Watch>>();
  const named = new Map<AppId, readonly ReportedMetric[]>();
  let settledMs = 0;
  const watchOf = ({ app, version }: CheckedEvent, nowMs: number): Watch => {
    const versions = watches.get(app) ?? new Map<VersionId, Watch>();
    watches.set(app, versions);
    const known = versions.get(version);
    if (known !== undefined && nowMs - known.sinceMs < epochMs) return known;
    const start = { nowMs, lastSlot: 0, seen: new SubjectSet(), failed: new SubjectSet(), caps };
    const watched = watchedOutside({ app, version, reported: named.get(app) ?? [] });
    const fresh: Watch = { machine: new SlotMachine(watched, start), sinceMs: nowMs, counted: 0 };
    if (known === undefined && versions.size >= mostWatches) versions.delete(rarest(versions) ?? version);
    versions.set(version, fresh);
    return fresh;
  };
  const settle = (nowMs: number): void => {
    settledMs = nowMs;
    for (const versions of watches.values()) {
      for (const [version, { machine, sinceMs }] of versions) {
        handOver(machine, lately, nowMs);
        if (nowMs - sinceMs >= epochMs) versions.delete(version);
      }
    }
  };
  return {
    take({ event, page, subject, range, nowMs }) {
      if (nowMs - settledMs >= settleEveryMs || nowMs < settledMs) settle(nowMs);
      const watch = watchOf(event, nowMs);
      const report = { event, page, subject: subjectKey(subject), range, arm: 'stable', revision: 0 } as const;
      const drop = watch.machine.take(report, nowMs);
      if (drop === undefined) watch.counted += 1;
      return drop;
    },
    name(app, reported) {
      if (JSON.stringify(named.get(app) ?? []) === JSON.stringify(reported)) return;
      named.set(app, reported);
      watches.delete(app);
    },
    settle,
  };
}

/** Versions are what pages claim: the one that hardly anybody has makes room. */
function rarest(versions: ReadonlyMap<VersionId, Watch>): VersionId | undefined {
  return [...versions].toSorted(([, a], [, b]) => a.counted - b.counted)[0]?.[0];
}

/** There is one arm, and nothing to wait for: slots close on time. */
function watchedOutside(of: {
  readonly app: AppId;
  readonly version: VersionId;
  readonly reported: readonly ReportedMetric[];
}): WatchedRollout {
  const { app, version, reported } = of;
  return {
    rolloutId: '',
    app,
    stable: version,
    canary: version,
    salt: '',
    weightBp: 10_000,
    revision: 0,
    rules: { baseSlotMs, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false, reported },
    lastSlot: 0,
  };
}

function handOver(machine: SlotMachine, lately: VersionsLately, nowMs: number): void {
  const { app, stable } = machine.watched;
  for (const { slot } of machine.takeClosed(nowMs)) {
    const { startMs, baseline, half, errors = [] } = slot;
    lately.saw(app, stable, {
      startMs,
      arm: baseline,
      half,
      errors: errors.map((one) => [one.fingerprint, one.baseline]),
    });
  }
}
