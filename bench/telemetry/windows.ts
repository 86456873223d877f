import { createMemoryJournal } from '@sluice/local';
import { createTelemetry } from '@sluice/telemetry';
import { SlotMachine, type Report } from '../../packages/telemetry/src/slot-machine.js';
import { SubjectSet } from '../../packages/telemetry/src/subject-set.js';
import { subjectKey } from '../../packages/telemetry/src/subject.js';
import { rollout, sessionOf } from './events.js';

const sessionsASecond = 10_000;
const seconds = 30;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Events a second of CPU: into windows, and as they arrive, with the assignment recomputed and the slots on the journal. */
export async function windows(): Promise<{ readonly intoWindows: number; readonly ingested: number }> {
  const sessions = Array.from({ length: sessionsASecond * seconds }, (_, i) => sessionOf(i));
  const reports = sessions.flatMap(({ subject, page, events }) => {
    const key = subjectKey(subject);
    return events.map((event): Report => {
      const arm = event.version === rollout.canary ? 'canary' : 'stable';
      return { event, page, subject: key, arm, revision: 2 };
    });
  });
  const rates = { intoWindows: 0, ingested: 0 };
  for (let round = 0; round < 5; round += 1) {
    rates.intoWindows = Math.max(rates.intoWindows, intoWindows(reports));
    rates.ingested = Math.max(rates.ingested, await ingested(sessions));
  }
  return rates;
}

function intoWindows(reports: readonly Report[]): number {
  const machine = new SlotMachine(rollout, { nowMs: 0, lastSlot: 0, seen: new SubjectSet(), failed: new SubjectSet() });
  const before = cpuMs();
  let nowMs = 0;
  let closed = 0;
  const aSecond = sessionsASecond * 2;
  for (let at = 0; at < reports.length; at += aSecond) {
    for (let i = at; i < at + aSecond; i += 1) {
      const report = reports[i];
      if (report !== undefined) machine.take(report, nowMs);
    }
    nowMs += 1000;
    for (const { slot } of machine.takeClosed(nowMs)) closed += slot.canary.sessions;
  }
  const spent = cpuMs() - before;
  if (closed === 0) throw new Error('no slot has closed');
  return reports.length / (spent / 1000);
}

async function ingested(sessions: readonly ReturnType<typeof sessionOf>[]): Promise<number> {
  let nowMs = 0;
  const telemetry = createTelemetry({ journal: createMemoryJournal(), now: () => nowMs, sampleRate: 0.01 });
  await telemetry.watch([rollout]);
  const before = cpuMs();
  let counted = 0;
  for (const [i, { subject, page, events }] of sessions.entries()) {
    counted += telemetry.ingest({ schema: 1, page, versions: {}, events }, { subject, nowMs }).counted;
    if (i % sessionsASecond !== 0) continue;
    nowMs += 1000;
    await telemetry.closedSlots('r1', 0);
  }
  const spent = cpuMs() - before;
  if (counted < sessions.length * 2) throw new Error(`only ${String(counted)} events were counted`);
  return counted / (spent / 1000);
}
