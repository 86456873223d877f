import { mergeSlots, type Slot } from '@sluice/core';
import type { Arrived } from './arrivals.js';

/** The weight that sessions are assigned under from now on. */
export interface Assigned {
  readonly revision: number;
  readonly weightBp: number;
}

export interface SlotLineRules {
  readonly kind: Slot['kind'];
  readonly rolloutId: string;
  readonly baseSlotMs: number;
  readonly closingLagMs: number;
}

/**
 * Slots as telemetry makes them: one takes sessions until its end, grows by whole base slots while an arm is unseen,
 * ends at once when the weight changes, and closes after the lag.
 */
export class SlotLine {
  readonly #rules: SlotLineRules;
  readonly #ended: Slot[] = [];
  #open: Slot;
  #borderMs: number;

  constructor(rules: SlotLineRules, assigned: Assigned, nowMs: number) {
    this.#rules = rules;
    this.#open = this.#emptyAt(assigned, nowMs);
    this.#borderMs = nowMs + rules.baseSlotMs;
  }

  /** When the open slot may end. */
  get borderMs(): number {
    return this.#borderMs;
  }

  /** When the first ended slot closes; Infinity where none has ended. */
  get dueMs(): number {
    const first = this.#ended[0];
    return first === undefined ? Infinity : first.startMs + first.lengthMs + this.#rules.closingLagMs;
  }

  add({ canary, baseline, half }: Arrived): void {
    this.#open = mergeSlots(this.#open, { ...this.#open, canary, baseline, half });
  }

  /** At a border: the open slot ends, or grows. */
  reach(nowMs: number): void {
    if (nowMs < this.#borderMs) return;
    if (this.#isSeen()) this.#end(nowMs, this.#open);
    else this.#borderMs += this.#rules.baseSlotMs;
  }

  follow(assigned: Assigned, nowMs: number): void {
    this.#end(nowMs, assigned);
  }

  takeClosed(nowMs: number): readonly Slot[] {
    const closed: Slot[] = [];
    while (this.dueMs <= nowMs) closed.push(...this.#ended.splice(0, 1));
    return closed;
  }

  #isSeen(): boolean {
    const { canary, baseline, weightBp } = this.#open;
    if (weightBp >= 10_000) return true;
    return canary.sessions > 0 && (this.#rules.kind === 'guardrail' || baseline.sessions > 0);
  }

  #end(nowMs: number, next: Assigned): void {
    if (nowMs > this.#open.startMs) this.#ended.push({ ...this.#open, lengthMs: nowMs - this.#open.startMs });
    this.#open = this.#emptyAt(next, nowMs);
    this.#borderMs = nowMs + this.#rules.baseSlotMs;
  }

  #emptyAt({ revision, weightBp }: Assigned, startMs: number): Slot {
    const { kind, rolloutId } = this.#rules;
    const none = { sessions: 0, failed: 0 };
    return { id: 0, rolloutId, kind, revision, weightBp, startMs, lengthMs: 0, canary: none, baseline: none };
  }
}
