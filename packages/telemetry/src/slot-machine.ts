import type { Arm, Slot, WatchedRollout } from '@sluice/core';
import type { OpenSlot, Session } from './session.js';
import { counted } from './session.js';
import { defaultRangeCaps, RangeLedger, type RangeCaps, type RangeDrop } from './trust/range-ledger.js';

/** Why a report was not counted. */
export type Drop = 'late' | 'stale-revision' | 'repeated' | 'failed-before' | 'after-window' | RangeDrop;

/** One report about a session whose assignment has been checked. */
export interface Report {
  readonly kind: 'attempt' | 'ok' | 'failed' | 'left';
  readonly page: string;
  /** Compact key of the subject. */
  readonly subject: string;
  /** Address range of the sender; undefined where it is not capped. */
  readonly range?: string | undefined;
  readonly arm: Arm;
  /** Revision that the session was assigned under. */
  readonly revision: number;
  readonly ageMs: number;
}

/** A closed slot with the subjects that it counted, so that a restart still counts each of them once. */
export interface ClosedSlot {
  readonly slot: Slot;
  readonly subjects: readonly string[];
  readonly failedSubjects: readonly string[];
}

export interface SlotMachineStart {
  readonly nowMs: number;
  readonly replayed: readonly ClosedSlot[];
  readonly caps?: RangeCaps | undefined;
}

/**
 * The slots of one rollout. A session belongs to the slot of its start. A slot takes starts until its end, grows by
 * whole base slots while an arm is unseen, ends at once when the weight changes, and closes after the lag, in order.
 */
export class SlotMachine {
  readonly #open: OpenSlot[];
  readonly #seen = new Map<number, Set<string>>();
  readonly #failed: Set<string>;
  readonly #ranges: RangeLedger;
  #watched: WatchedRollout;
  #nextId: number;
  #lastReportMs = 0;

  constructor(watched: WatchedRollout, start: SlotMachineStart) {
    this.#watched = watched;
    this.#ranges = new RangeLedger(start.caps ?? defaultRangeCaps);
    this.#nextId = Math.max(watched.lastSlot, start.replayed.at(-1)?.slot.id ?? 0) + 1;
    this.#failed = new Set(start.replayed.flatMap((closed) => closed.failedSubjects));
    for (const { slot, subjects } of start.replayed) {
      for (const subject of subjects) this.#seenIn(slot.revision).add(subject);
    }
    this.#open = [this.#newSlot(start.nowMs)];
  }

  get watched(): WatchedRollout {
    return this.#watched;
  }

  /** A new weight ends the open slot at once; a slot holds one revision only. */
  follow(watched: WatchedRollout, nowMs: number): void {
    const changed = watched.revision !== this.#watched.revision;
    if (changed) this.advanceTo(nowMs);
    this.#watched = watched;
    if (!changed) return;
    const last = this.#open.at(-1);
    if (last !== undefined) last.endMs = nowMs;
    this.#open.push(this.#newSlot(nowMs));
    const oldest = Math.min(...this.#open.map((slot) => slot.revision));
    for (const revision of this.#seen.keys()) if (revision < oldest) this.#seen.delete(revision);
  }

  /** Takes one report in; undefined when it was counted, or changed what was. */
  take(report: Report, nowMs: number): Drop | undefined {
    this.advanceTo(nowMs);
    this.#lastReportMs = nowMs;
    const slot = this.#open.find((open) => open.sessions.has(report.page)) ?? this.#slotAt(nowMs - report.ageMs);
    if (slot === undefined) return 'late';
    const known = slot.sessions.get(report.page);
    if (known !== undefined) return this.#settle(slot, known, report);
    if (slot.revision !== report.revision) return 'stale-revision';
    if (this.#failed.has(report.subject)) return 'failed-before';
    const seen = this.#seenIn(slot.revision);
    if (seen.has(report.subject)) return 'repeated';
    const overCap = this.#ranges.admit(slot.id, report.range);
    if (overCap !== undefined) return overCap;
    const { range } = report;
    const session: Session = { subject: report.subject, arm: report.arm, outcome: 'none', range };
    slot.sessions.set(report.page, session);
    seen.add(report.subject);
    return report.kind === 'attempt' ? undefined : this.#settle(slot, session, report);
  }

  /** Slots that are due, in order, each once. */
  takeClosed(nowMs: number): readonly ClosedSlot[] {
    this.advanceTo(nowMs);
    const closed: ClosedSlot[] = [];
    for (;;) {
      const first = this.#open[0];
      if (first === undefined || first.endMs === null) return closed;
      if (first.endMs + this.#watched.rules.closingLagMs > nowMs) return closed;
      this.#open.shift();
      closed.push(this.#closed(first, first.endMs));
    }
  }

  /** Ends slots at their borders up to now. */
  advanceTo(nowMs: number): void {
    const { baseSlotMs } = this.#watched.rules;
    for (;;) {
      const last = this.#open.at(-1);
      if (last === undefined || last.endMs !== null) return;
      if (nowMs - last.startMs < baseSlotMs) return;
      const full = this.#watched.weightBp >= 10_000;
      if (!full && (counted(last, 'canary') === 0 || counted(last, 'stable') === 0)) return;
      // The first border after the report that completed it; at 100 % there is no baseline to wait for.
      const bases = full ? 0 : Math.max(0, Math.floor((this.#lastReportMs - last.startMs) / baseSlotMs));
      const endMs = last.startMs + (bases + 1) * baseSlotMs;
      if (endMs > nowMs) return;
      last.endMs = endMs;
      this.#open.push(this.#newSlot(endMs));
    }
  }

  #settle(slot: OpenSlot, session: Session, report: Report): Drop | undefined {
    if (session.subject !== report.subject || session.outcome === 'left') return 'repeated';
    switch (report.kind) {
      case 'attempt':
        return 'repeated';
      case 'left':
        if (session.outcome !== 'none') return 'repeated';
        session.outcome = 'left';
        this.#ranges.settle(session.range, 'left');
        this.#seenIn(slot.revision).delete(session.subject);
        return undefined;
      case 'ok':
      case 'failed':
        if (report.ageMs > this.#watched.rules.outcomeWindowMs) return 'after-window';
        if (session.outcome === 'failed' || session.outcome === report.kind) return 'repeated';
        if (session.outcome === 'none') this.#ranges.settle(session.range, report.kind);
        else if (report.kind === 'failed') this.#ranges.fail(session.range);
        session.outcome = report.kind;
        if (report.kind === 'failed') this.#failed.add(session.subject);
        return undefined;
    }
  }

  #closed(open: OpenSlot, endMs: number): ClosedSlot {
    this.#ranges.close(open.id);
    const arms = { canary: { sessions: 0, failed: 0 }, stable: { sessions: 0, failed: 0 } };
    const subjects: string[] = [];
    const failedSubjects: string[] = [];
    for (const session of open.sessions.values()) {
      if (session.outcome === 'left') continue;
      subjects.push(session.subject);
      arms[session.arm].sessions += 1;
      if (session.outcome === 'ok') continue;
      // Silence until the slot closed is a failure.
      if (session.outcome === 'none') this.#ranges.settle(session.range, 'failed');
      this.#failed.add(session.subject);
      failedSubjects.push(session.subject);
      arms[session.arm].failed += 1;
    }
    return {
      slot: {
        id: open.id,
        rolloutId: this.#watched.rolloutId,
        kind: 'comparison',
        revision: open.revision,
        weightBp: open.weightBp,
        startMs: open.startMs,
        lengthMs: endMs - open.startMs,
        canary: arms.canary,
        baseline: arms.stable,
      },
      subjects,
      failedSubjects,
    };
  }

  #slotAt(startMs: number): OpenSlot | undefined {
    return this.#open.findLast((slot) => startMs >= slot.startMs && (slot.endMs === null || startMs < slot.endMs));
  }

  #newSlot(startMs: number): OpenSlot {
    const slot: OpenSlot = {
      id: this.#nextId,
      revision: this.#watched.revision,
      weightBp: this.#watched.weightBp,
      startMs,
      endMs: null,
      sessions: new Map(),
    };
    this.#nextId += 1;
    return slot;
  }

  #seenIn(revision: number): Set<string> {
    const seen = this.#seen.get(revision) ?? new Set<string>();
    this.#seen.set(revision, seen);
    return seen;
  }
}
