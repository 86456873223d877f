import type { Slot } from '@sluice/core';
import { createTelemetry } from '@sluice/telemetry';
import { lineOf } from '../../packages/telemetry/src/slot-line.js';
import { subjectKey } from '../../packages/telemetry/src/subject.js';
import { rollout } from './events.js';

const lines = 1_000_000;

/** Seconds of CPU until a source that starts knows what a million lines say, each with five subjects. */
export async function replayed(): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const loads = { cold: { unloaded: 0, histogram: [[40, 1]] }, warm: { unloaded: 0, histogram: [[25, 1]] } } as const;
  const arm = { sessions: 2, failed: 0, loadFailed: 0, silent: 0, loads };
  const texts = Array.from({ length: lines }, (_, i) => {
    const slot: Slot = {
      id: i + 1,
      rolloutId: 'r1',
      kind: 'comparison',
      // The last two thousand are of the present revision.
      revision: i < lines - 2000 ? 1 : 2,
      weightBp: 2500,
      startMs: i * 10_000,
      lengthMs: 10_000,
      canary: arm,
      baseline: arm,
      half: { sessions: 1, failed: 0 },
    };
    const subjects = Array.from({ length: 5 }, (_, k) => subjectKey(`s${String(i * 5 + k)}`));
    return lineOf({ slot, subjects, failedSubjects: [], failedRanges: [] });
  });
  const journal = { append: () => Promise.resolve(), read: () => Promise.resolve(texts) };
  const { user, system } = process.cpuUsage();
  const telemetry = createTelemetry({ journal, now: () => lines * 10_000, sampleRate: 0 });
  await telemetry.watch([{ ...rollout, lastSlot: lines - 3 }]);
  const spent = process.cpuUsage({ user, system });
  const open = await telemetry.closedSlots('r1', 0);
  if (open.length !== 3) throw new Error(`there are ${String(open.length)} slots, not 3`);
  const bytes = texts.reduce((sum, text) => sum + text.length + 1, 0);
  return { seconds: (spent.user + spent.system) / 1e6, megabytes: bytes / 1e6 };
}
