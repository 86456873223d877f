import { murmur3 } from '@sluice/core';

/** What one address range may contribute to a rollout. */
export interface RangeCaps {
  /** Sessions of one range in one base slot. */
  readonly perSlot: number;
  /** Failed sessions of one range; more only while its share of all failed ones is small. */
  readonly failed: number;
}

/** One session in two seconds is more than 256 addresses have of most sites; and many failures in one place are one cause. */
export const defaultRangeCaps: RangeCaps = { perSlot: 5, failed: 1 };

/** A range may have this share of all failed sessions, also beyond the cap: a few large networks are a site's users. */
export const failedShare = 0.02;

/** What is kept of a range that a failure came from: enough to know it again within one rollout, and not an address. */
export function rangeKey(rolloutId: string, range: string | undefined): string | undefined {
  return range === undefined ? undefined : murmur3(`${rolloutId}:${range}`).toString(36);
}

/** What the journal tells of a rollout's failures. */
export interface RangesBefore {
  /** All failed sessions that were counted, also those without a range. */
  readonly failed: number;
  /** Keys of the ranges that they came from, each as often as it failed. */
  readonly keys: readonly string[];
}

export type RangeDrop = 'range-full' | 'range-failed';

/**
 * How much of a rollout comes from which address range. It never looks at the arm: what it leaves out it leaves out of
 * canary and stable alike, so that a harmless version stays one. Without a range nothing is left out.
 */
export class RangeLedger {
  readonly #caps: RangeCaps;
  readonly #failed = new Map<string, number>();
  readonly #bySlot = new Map<number, Map<string, number>>();
  #allFailed = 0;

  constructor(caps: RangeCaps, before: RangesBefore = { failed: 0, keys: [] }) {
    this.#caps = caps;
    this.#allFailed = before.failed;
    for (const key of before.keys) this.#failed.set(key, (this.#failed.get(key) ?? 0) + 1);
  }

  /**
   * Whether a new session counts in the base slot that it began in, which is named by its start. A slot that has grown
   * takes as many as that many slots: it might wait for ever for a canary that its full ranges keep out.
   */
  admit(slot: number, range: string | undefined): boolean {
    if (range === undefined) return true;
    const inSlot = this.#bySlot.get(slot) ?? new Map<string, number>();
    const before = inSlot.get(range) ?? 0;
    if (before >= this.#caps.perSlot) return false;
    this.#bySlot.set(slot, inSlot.set(range, before + 1));
    return true;
  }

  /** Whether a session that has failed counts; one that does not counts nowhere, as if its tab had been closed. */
  fail(key: string | undefined): boolean {
    const before = key === undefined ? -1 : (this.#failed.get(key) ?? 0);
    if (before >= Math.max(this.#caps.failed, failedShare * this.#allFailed)) return false;
    this.#allFailed += 1;
    if (key !== undefined) this.#failed.set(key, before + 1);
    return true;
  }

  /** No session that began before counts any more. */
  close(beforeMs: number): void {
    for (const slot of this.#bySlot.keys()) if (slot < beforeMs) this.#bySlot.delete(slot);
  }
}
