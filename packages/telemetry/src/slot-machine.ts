import type { Arm, BeaconEvent, WatchedRollout } from '@sluice/core';
import { report, type Ignored } from './report.js';
import type { Session } from './session.js';
import type { ClosedSlot } from './slot-line.js';
import { SlotTrack, type OpenSlot } from './slot-track.js';
import { SubjectSet } from './subject-set.js';
import type { SubjectKey } from './subject.js';
import {
  defaultRangeCaps,
  rangeKey,
  RangeLedger,
  type RangeCaps,
  type RangeDrop,
  type RangesBefore,
} from './trust/range-ledger.js';

/** Why a report was not counted. */
export type Drop = Ignored | 'before-rollout' | 'late' | 'stale-revision' | 'failed-before' | 'no-session' | RangeDrop;

/** One report about a session whose assignment has been checked. */
export interface Report {
  readonly event: BeaconEvent;
  readonly page: string;
  readonly subject: SubjectKey;
  /** Address range of the sender; undefined where it is not capped. */
  readonly range?: string | undefined;
  readonly arm: Arm;
  /** Revision that the session was assigned under. */
  readonly revision: number;
}

export interface SlotMachineStart {
  readonly nowMs: number;
  /** Id of the last slot that closed before. */
  readonly lastSlot: number;
  /** Subjects that the present revision has counted. */
  readonly seen: SubjectSet;
  /** Subjects that failed in this rollout. */
  readonly failed: SubjectSet;
  readonly caps?: RangeCaps | undefined;
  /** What address ranges have contributed before. */
  readonly ranges?: RangesBefore;
}

/** A slot with more sessions settles those early whose outcome cannot change any more: memory stays bounded. */
const mostSessions = 20_000;

/**
 * The slots of one rollout. A session belongs to the slot of its start. A slot takes starts until its end, grows by
 * whole base slots while an arm is unseen, ends at once when the weight changes, and closes after the lag. Guardrail
 * slots wait for the canary only. Ids are given in the order of closing, one sequence for both kinds.
 */
export class SlotMachine {
  readonly #comparison: SlotTrack;
  readonly #guardrail: SlotTrack | undefined;
  readonly #tracks: readonly SlotTrack[];
  readonly #sessions = new Map<string, Session>();
  readonly #seen: Map<number, SubjectSet>;
  readonly #failed: SubjectSet;
  readonly #ranges: RangeLedger;
  readonly #beganMs: number;
  #watched: WatchedRollout;
  /** Until then no slot ends. */
  #borderMs = 0;
  #lastId: number;

  constructor(watched: WatchedRollout, { nowMs, lastSlot, seen, failed, caps, ranges }: SlotMachineStart) {
    this.#ranges = new RangeLedger(caps ?? defaultRangeCaps, ranges);
    this.#watched = watched;
    this.#beganMs = nowMs;
    this.#lastId = lastSlot;
    this.#seen = new Map([[watched.revision, seen]]);
    this.#failed = failed;
    this.#comparison = new SlotTrack('comparison', watched, nowMs);
    this.#guardrail = watched.rules.guardrail ? new SlotTrack('guardrail', watched, nowMs) : undefined;
    this.#tracks = this.#guardrail === undefined ? [this.#comparison] : [this.#comparison, this.#guardrail];
  }

  get watched(): WatchedRollout {
    return this.#watched;
  }

  /** A new weight ends the open slots at once; a slot holds one revision only. */
  follow(watched: WatchedRollout, nowMs: number): void {
    const changed = watched.revision !== this.#watched.revision;
    if (changed) this.#advanceTo(nowMs);
    this.#watched = watched;
    if (!changed) return;
    for (const track of this.#tracks) track.turn(watched, nowMs);
    this.#borderMs = 0;
    const revisions = this.#tracks.flatMap(({ open }) => open.map(({ revision }) => revision));
    for (const revision of this.#seen.keys()) if (!revisions.includes(revision)) this.#seen.delete(revision);
  }

  /** Takes one report in; undefined when it was counted, or changed what was. */
  take(report: Report, nowMs: number): Drop | undefined {
    this.#advanceTo(nowMs);
    const known = this.#sessions.get(report.page);
    if (known !== undefined) return this.#report(known, report);
    const { kind, ageMs } = report.event;
    if (kind === 'metric') return 'no-session';
    const startMs = nowMs - ageMs;
    const slot = this.#comparison.at(startMs);
    if (slot === undefined) return startMs < this.#beganMs ? 'before-rollout' : 'late';
    if (slot.revision !== report.revision) return 'stale-revision';
    if (this.#failed.has(report.subject)) return 'failed-before';
    const seen = this.#seenIn(slot.revision);
    if (!seen.add(report.subject)) return 'repeated';
    if (!this.#ranges.admit(startMs - ((startMs - slot.startMs) % this.#watched.rules.baseSlotMs), report.range)) {
      seen.delete(report.subject);
      return 'range-full';
    }
    const session = this.#begin(report, startMs, slot);
    return kind === 'attempt' ? undefined : this.#report(session, report);
  }

  /** Slots that are due, in the order in which they closed, each once. */
  takeClosed(nowMs: number): readonly ClosedSlot[] {
    this.#advanceTo(nowMs);
    const { closingLagMs } = this.#watched.rules;
    const closed: ClosedSlot[] = [];
    for (;;) {
      const due = this.#tracks.filter((track) => track.due(closingLagMs, nowMs) !== undefined);
      // Two that close at once: the comparison first.
      const [first] = due.toSorted((a, b) => endOf(a) - endOf(b));
      const slot = first?.open.shift();
      if (slot === undefined) break;
      closed.push(this.#closed(slot));
    }
    for (const { open } of this.#tracks) {
      for (const slot of open) if (slot.sessions.length > mostSessions) this.#settleOld(slot, nowMs - closingLagMs);
    }
    return closed;
  }

  #advanceTo(nowMs: number): void {
    if (nowMs < this.#borderMs) return;
    for (const track of this.#tracks) track.advanceTo(this.#watched, nowMs);
    this.#borderMs = Math.min(...this.#tracks.map(({ borderMs }) => borderMs));
  }

  #begin({ page, subject, arm, range }: Report, startMs: number, comparison: OpenSlot): Session {
    const guardrail = this.#guardrail?.at(startMs);
    const slots = guardrail === undefined ? [comparison] : [comparison, guardrail];
    const session: Session = {
      page,
      subject,
      arm,
      startMs,
      range,
      failedIn: undefined,
      outcome: 'none',
      failure: undefined,
      load: undefined,
      warm: false,
      error: undefined,
      reported: undefined,
      slots,
      open: slots.length,
      settled: false,
    };
    this.#sessions.set(page, session);
    for (const slot of slots) {
      slot.sessions.push(session);
      slot.counted[arm] += 1;
    }
    return session;
  }

  #report(session: Session, { subject, event }: Report): Drop | undefined {
    if (session.subject !== subject || session.settled) return 'repeated';
    const before = session.outcome;
    const drop = report(session, event, this.#watched);
    if (drop !== undefined) return drop;
    const overCap = session.outcome === 'failed' && before !== 'failed' && !this.#fail(session);
    if (session.outcome === 'left') this.#leave(session);
    return overCap ? 'range-failed' : undefined;
  }

  /** Whether the failure counts; else the session counts nowhere, as if it had left. */
  #fail(session: Session): boolean {
    this.#failed.add(session.subject);
    const key = rangeKey(this.#watched.rolloutId, session.range);
    const counts = this.#ranges.fail(key);
    if (counts) session.failedIn = key;
    else session.outcome = 'left';
    return counts;
  }

  /** A session that left counts nowhere, and its subject when it comes back. */
  #leave({ arm, subject, slots }: Session): void {
    for (const { counted, revision } of slots) {
      counted[arm] -= 1;
      this.#seenIn(revision).delete(subject);
    }
  }

  /** A session is counted; silence until then is a failure, and what comes later changes nothing. */
  #count(slot: OpenSlot, session: Session): void {
    session.open -= 1;
    if (session.open === 0) this.#sessions.delete(session.page);
    if (session.outcome === 'none') {
      session.outcome = 'failed';
      session.failure = 'silent';
      this.#fail(session);
    }
    if (session.outcome === 'left') return;
    slot.tally.add(session);
    session.settled = true;
  }

  #settleOld(slot: OpenSlot, beforeMs: number): void {
    const young = slot.sessions.findIndex(({ startMs }) => startMs > beforeMs);
    const old = young === -1 ? slot.sessions.length : young;
    for (const session of slot.sessions.slice(0, old)) this.#count(slot, session);
    slot.sessions = slot.sessions.slice(old);
  }

  #closed(slot: OpenSlot): ClosedSlot {
    if (slot.kind === 'comparison') this.#ranges.close(slot.endMs ?? slot.startMs);
    for (const session of slot.sessions) this.#count(slot, session);
    const { tally, kind, revision, weightBp, startMs, endMs } = slot;
    this.#lastId += 1;
    return {
      slot: {
        id: this.#lastId,
        rolloutId: this.#watched.rolloutId,
        kind,
        revision,
        weightBp,
        startMs,
        lengthMs: (endMs ?? startMs) - startMs,
        ...tally.measurements(),
      },
      subjects: tally.subjects,
      failedSubjects: tally.failedSubjects,
      failedRanges: tally.failedRanges,
    };
  }

  #seenIn(revision: number): SubjectSet {
    const seen = this.#seen.get(revision) ?? new SubjectSet();
    this.#seen.set(revision, seen);
    return seen;
  }
}

function endOf({ open }: SlotTrack): number {
  return open[0]?.endMs ?? Infinity;
}
