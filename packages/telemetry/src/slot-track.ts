import type { Slot, WatchedRollout } from '@sluice/core';
import type { CountingSlot, Session } from './session.js';
import { SlotTally } from './slot-tally.js';

/** A slot that still takes sessions, or outcomes of them. */
export interface OpenSlot extends CountingSlot {
  readonly kind: Slot['kind'];
  readonly weightBp: number;
  readonly startMs: number;
  /** Null while it takes new starts. */
  endMs: number | null;
  /** In the order of their arrival; those that were settled early are gone from here. */
  sessions: Session[];
  readonly tally: SlotTally;
}

/** The slots of one kind of a rollout: one takes starts, those before it wait for outcomes. */
export class SlotTrack {
  readonly open: OpenSlot[] = [];
  readonly #kind: Slot['kind'];
  #borderMs = 0;

  constructor(kind: Slot['kind'], watched: WatchedRollout, nowMs: number) {
    this.#kind = kind;
    this.#begin(watched, nowMs);
  }

  /** When the slot that takes starts may end at the earliest. */
  get borderMs(): number {
    return this.#borderMs;
  }

  /** The slot that a session belongs to which started then. */
  at(startMs: number): OpenSlot | undefined {
    const last = this.open.at(-1);
    // Nearly always: what is reported has just begun.
    if (last !== undefined && startMs >= last.startMs) return last;
    return this.open.findLast((slot) => startMs >= slot.startMs && (slot.endMs === null || startMs < slot.endMs));
  }

  /** Ends slots at their borders up to now: a slot that still waits at its border grows by whole base slots. */
  advanceTo(watched: WatchedRollout, nowMs: number): void {
    const { baseSlotMs } = watched.rules;
    while (nowMs >= this.#borderMs) {
      const last = this.open.at(-1);
      if (last === undefined) return;
      if (this.#waits(last)) {
        this.#borderMs = last.startMs + (Math.floor((nowMs - last.startMs) / baseSlotMs) + 1) * baseSlotMs;
        return;
      }
      last.endMs = this.#borderMs;
      this.#begin(watched, this.#borderMs);
    }
  }

  /** A new weight ends the slot at once. */
  turn(watched: WatchedRollout, nowMs: number): void {
    const last = this.open.at(-1);
    if (last !== undefined) last.endMs = Math.max(nowMs, last.startMs);
    if (last?.endMs === last?.startMs && last?.sessions.length === 0) this.open.pop();
    this.#begin(watched, nowMs);
  }

  /** The first slot, where it is due to close. */
  due(closingLagMs: number, nowMs: number): OpenSlot | undefined {
    const first = this.open[0];
    return first !== undefined && first.endMs !== null && first.endMs + closingLagMs <= nowMs ? first : undefined;
  }

  /** At 100 % there is no baseline to wait for: slots close on time. */
  #waits({ weightBp, counted }: OpenSlot): boolean {
    if (weightBp >= 10_000) return false;
    return counted.canary === 0 || (this.#kind === 'comparison' && counted.stable === 0);
  }

  #begin({ revision, weightBp, rules }: WatchedRollout, startMs: number): void {
    this.#borderMs = startMs + rules.baseSlotMs;
    this.open.push({
      kind: this.#kind,
      revision,
      weightBp,
      startMs,
      endMs: null,
      sessions: [],
      tally: new SlotTally(rules.reported ?? []),
      counted: { canary: 0, stable: 0 },
    });
  }
}
