import type { Arm } from '@sluice/core';
import { createMemoryJournal } from '@sluice/local';
import { createTelemetry } from '@sluice/telemetry';
import { SlotMachine } from '../../packages/telemetry/src/slot-machine.js';
import { SubjectSet } from '../../packages/telemetry/src/subject-set.js';
import { subjectKey } from '../../packages/telemetry/src/subject.js';
import { rollout, sessionOf } from './events.js';

const sessionsASecond = 1000;
/** Traffic is made up once, and comes again with each revision: everybody counts once more. */
const secondsARevision = 30;
const revisions = 20;
const traffic = Array.from({ length: sessionsASecond * secondsARevision }, (_, i) => sessionOf(i));
const events = traffic.length * 2 * revisions;

export interface Rates {
  /** Events a second of CPU that go into windows. */
  readonly intoWindows: number;
  /** The same as they arrive, with the assignment recomputed and the slots on the journal. */
  readonly ingested: number;
  /** What the map of pages costs alone: a session is looked up with each event. */
  readonly limit: number;
}

export async function windows(): Promise<Rates> {
  const rates = { intoWindows: 0, ingested: 0, limit: 0 };
  for (let round = 0; round < 3; round += 1) {
    rates.intoWindows = Math.max(rates.intoWindows, intoWindows());
    rates.limit = Math.max(rates.limit, limit());
    rates.ingested = Math.max(rates.ingested, await ingested());
  }
  return rates;
}

function intoWindows(): number {
  const machine = new SlotMachine(rollout, { nowMs: 0, lastSlot: 0, seen: new SubjectSet(), failed: new SubjectSet() });
  const sessions = traffic.map(({ subject, page, events: [attempt] }, i) => {
    const arm: Arm = attempt?.version === rollout.canary ? 'canary' : 'stable';
    // As in life, where events have just been read: they are in the processor's cache.
    const [opened, outcome] = traffic[i % 500]?.events ?? [];
    return { subject: subjectKey(subject), page, range: undefined, arm, attempt: opened, outcome };
  });
  let sessionsSeen = 0;
  const before = process.cpuUsage();
  for (let revision = 2; revision < revisions + 2; revision += 1) {
    const startMs = revision * secondsARevision * 1000;
    machine.follow({ ...rollout, revision }, startMs);
    for (const [i, { subject, page, range, arm, attempt, outcome }] of sessions.entries()) {
      const nowMs = startMs + Math.floor(i / sessionsASecond) * 1000;
      if (attempt === undefined || outcome === undefined) continue;
      machine.take({ event: attempt, page, subject, range, arm, revision }, nowMs);
      machine.take({ event: outcome, page, subject, range, arm, revision }, nowMs + 300);
      if (i % sessionsASecond > 0) continue;
      for (const { slot } of machine.takeClosed(nowMs)) sessionsSeen += slot.canary.sessions + slot.baseline.sessions;
    }
  }
  return rate(before, sessionsSeen);
}

async function ingested(): Promise<number> {
  let nowMs = 0;
  const telemetry = createTelemetry({ journal: createMemoryJournal(), now: () => nowMs, sampleRate: 0.01 });
  await telemetry.watch([rollout]);
  let sessionsSeen = 0;
  let lastSlot = 0;
  const before = process.cpuUsage();
  for (let revision = 2; revision < revisions + 2; revision += 1) {
    for (const [i, { subject, page, events: told }] of traffic.entries()) {
      nowMs = (revision * secondsARevision + Math.floor(i / sessionsASecond)) * 1000;
      if (i % sessionsASecond === 0) {
        for (const slot of await telemetry.closedSlots('r1', lastSlot)) {
          sessionsSeen += slot.canary.sessions + slot.baseline.sessions;
          lastSlot = slot.id;
        }
        await telemetry.watch([{ ...rollout, revision, lastSlot }]);
      }
      telemetry.ingest({ schema: 1, page, versions: {}, events: told }, { subject, nowMs });
    }
  }
  return rate(before, sessionsSeen);
}

function limit(): number {
  const open = new Map<string, { outcome: string }>();
  const before = process.cpuUsage();
  for (let revision = 0; revision < revisions; revision += 1) {
    for (const [i, { page }] of traffic.entries()) {
      if (!open.has(page)) open.set(page, { outcome: 'none' });
      const session = open.get(page);
      if (session !== undefined) session.outcome = 'ok';
      open.delete(traffic[(i + sessionsASecond * 13) % traffic.length]?.page ?? '');
    }
  }
  const { user, system } = process.cpuUsage(before);
  return events / ((user + system) / 1e6);
}

/** What was counted is most of what was sent: who has failed counts no more, and the last slots are open. */
function rate(before: NodeJS.CpuUsage, sessionsSeen: number): number {
  const { user, system } = process.cpuUsage(before);
  if (sessionsSeen < events / 2.2) throw new Error(`only ${String(sessionsSeen)} sessions were counted`);
  return events / ((user + system) / 1e6);
}
