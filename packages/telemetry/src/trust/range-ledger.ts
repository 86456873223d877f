/** What one address range may contribute to a rollout. */
export interface RangeCaps {
  /** Sessions of one range in one slot. */
  readonly perSlot: number;
  /** Failed sessions of one range; more only while its share of all failed ones is small. */
  readonly failed: number;
}

/** One session in two seconds is more than 256 addresses have of most sites; and many failures in one place are one cause. */
export const defaultRangeCaps: RangeCaps = { perSlot: 5, failed: 1 };

/** A range may have this share of all failed sessions, also beyond the cap: a few large networks are a site's users. */
export const failedShare = 0.02;

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

  constructor(caps: RangeCaps) {
    this.#caps = caps;
  }

  /** Whether a new session counts in its slot. */
  admit(slot: number, range: string | undefined): boolean {
    if (range === undefined) return true;
    const inSlot = this.#bySlot.get(slot) ?? new Map<string, number>();
    const before = inSlot.get(range) ?? 0;
    if (before >= this.#caps.perSlot) return false;
    this.#bySlot.set(slot, inSlot.set(range, before + 1));
    return true;
  }

  /** Whether a session that has failed counts; one that does not counts nowhere, as if its tab had been closed. */
  fail(range: string | undefined): boolean {
    const before = range === undefined ? -1 : (this.#failed.get(range) ?? 0);
    if (before >= Math.max(this.#caps.failed, failedShare * this.#allFailed)) return false;
    this.#allFailed += 1;
    if (range !== undefined) this.#failed.set(range, before + 1);
    return true;
  }

  /** The slot takes no more sessions. */
  close(slot: number): void {
    this.#bySlot.delete(slot);
  }
}
