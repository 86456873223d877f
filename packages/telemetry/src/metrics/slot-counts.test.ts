import { parseAppId, parseVersionId, type Slot, type TelemetrySource, type WatchedRollout } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { expositionText } from './exposition.js';
import { countingSlots, createSlotCounts } from './slot-counts.js';

function watched(more: Partial<WatchedRollout> = {}): WatchedRollout {
  const app = parseAppId('mfe1');
  const stable = parseVersionId('v1.0.0');
  const canary = parseVersionId('v1.1.0');
  if (app === undefined || stable === undefined || canary === undefined) throw new TypeError('names');
  return {
    rolloutId: 'r1',
    app,
    stable,
    canary,
    salt: 'mfe1@v1.1.0',
    weightBp: 500,
    revision: 2,
    rules: { baseSlotMs: 10_000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false },
    lastSlot: 0,
    ...more,
  } as WatchedRollout;
}

function slot(id: number, more: Partial<Slot> = {}): Slot {
  return {
    id,
    rolloutId: 'r1',
    kind: 'comparison',
    revision: 2,
    weightBp: 500,
    startMs: id * 10_000,
    lengthMs: 10_000,
    canary: { sessions: 5, failed: 1 },
    baseline: { sessions: 95, failed: 0 },
    ...more,
  };
}

/** A source whose closed slots are what the test says. */
function aSource(closed: Slot[]): TelemetrySource {
  return {
    watch: () => Promise.resolve(),
    closedSlots: (id, after) => Promise.resolve(closed.filter((one) => one.rolloutId === id && one.id > after)),
  };
}

const canarySessions =
  'sluice_slot_sessions_total{app="mfe1",rollout="r1",revision="2",weight_bp="500",version="v1.1.0",arm="canary",of="all"}';

describe('counters of closed slots', () => {
  it('count each slot once, however often it is asked for', async () => {
    const closed = [slot(1)];
    const counts = createSlotCounts();
    const source = countingSlots(aSource([]), counts);
    await source.watch([watched()]);
    const counting = countingSlots(aSource(closed), counts);
    closed.length = 0;
    await counting.watch([watched()]);
    closed.push(slot(1), slot(2));
    for (let i = 0; i < 3; i += 1) await counting.closedSlots('r1', 0);
    await counting.closedSlots('r1', 1);
    expect(expositionText(counts.families())).toContain(`${canarySessions} 10\n`);
  });

  it('leave out what had closed before the process started: another has counted it', async () => {
    const closed = [slot(1), slot(2)];
    const counts = createSlotCounts();
    const source = countingSlots(aSource(closed), counts);
    await source.watch([watched({ lastSlot: 1 })]);
    closed.push(slot(3));
    await source.watch([watched({ lastSlot: 1 })]);
    await source.closedSlots('r1', 1);
    expect(expositionText(counts.families())).toContain(`${canarySessions} 5\n`);
  });

  it('have what the analysis needs, and nothing of guardrail slots', () => {
    const counts = createSlotCounts();
    const loads = { cold: { unloaded: 1, histogram: [[12, 3]] }, warm: { unloaded: 0, histogram: [] } } as const;
    counts.saw(watched(), [
      slot(1, {
        canary: { sessions: 5, failed: 2, loadFailed: 1, silent: 1, loads },
        half: { sessions: 40, failed: 3 },
      }),
      slot(2, { kind: 'guardrail' }),
    ]);
    const text = expositionText(counts.families());
    for (const end of [
      'arm="canary",of="load-failed"} 1',
      'arm="canary",of="silent"} 1',
      'arm="half",of="failed"} 3',
      'cache="cold",bucket="12"} 3',
      'cache="cold",bucket="none"} 1',
    ]) {
      expect(text).toContain(`${end}\n`);
    }
    expect(text).toContain(`${canarySessions} 5\n`);
  });

  it('are those of one rollout an app, and of its latest revisions', () => {
    const counts = createSlotCounts();
    for (let revision = 1; revision <= 30; revision += 1) counts.saw(watched(), [slot(revision, { revision })]);
    const revisions = new Set(expositionText(counts.families()).match(/revision="\d+"/g));
    expect(revisions.size).toBe(8);
    expect(revisions.has('revision="30"')).toBe(true);
    counts.saw(watched({ rolloutId: 'r2' }), [slot(1, { rolloutId: 'r2' })]);
    expect(expositionText(counts.families())).not.toContain('rollout="r1"');
  });
});
