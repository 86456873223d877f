/** What one address range may contribute to a rollout. */
export interface RangeCaps {
  /** Sessions of one range in one slot. */
  readonly perSlot: number;
  /** Sessions of one range that have failed or whose outcome is open, as long as its share of all failed ones is small. */
  readonly failed: number;
}

/** One session a second is more than a range of 256 addresses has of most sites; two failures are no cluster yet. */
export const defaultRangeCaps: RangeCaps = { perSlot: 10, failed: 2 };

/** A range may have this share of all failed sessions, also beyond the cap: a few large networks are a site's users. */
export const failedShare = 0.05;

export type RangeDrop = 'range-full' | 'range-failed';

/**
 * Whose sessions are counted, by address range. It looks at the past only, and never at the arm: it drops a range's next
 * session, not the one that has failed, so that what is counted stays a fair sample of both arms.
 */
export class RangeLedger {
  readonly #caps: RangeCaps;
  readonly #failed = new Map<string, number>();
  readonly #open = new Map<string, number>();
  readonly #bySlot = new Map<number, Map<string, number>>();
  #allFailed = 0;

  constructor(caps: RangeCaps) {
    this.#caps = caps;
  }

  /** Takes a new session in; undefined when it is counted. A session without a range always is. */
  admit(slot: number, range: string | undefined): RangeDrop | undefined {
    if (range === undefined) return undefined;
    const slots = this.#bySlot.get(slot) ?? new Map<string, number>();
    const inSlot = slots.get(range) ?? 0;
    if (inSlot >= this.#caps.perSlot) return 'range-full';
    const atRisk = (this.#failed.get(range) ?? 0) + (this.#open.get(range) ?? 0);
    if (atRisk >= Math.max(this.#caps.failed, failedShare * this.#allFailed)) return 'range-failed';
    this.#bySlot.set(slot, slots.set(range, inSlot + 1));
    add(this.#open, range, 1);
    return undefined;
  }

  /** A session's outcome, for the first time. */
  settle(range: string | undefined, outcome: 'ok' | 'failed' | 'left'): void {
    if (range !== undefined) add(this.#open, range, -1);
    if (outcome === 'failed') this.fail(range);
  }

  /** A session has failed; also one that was well before. */
  fail(range: string | undefined): void {
    this.#allFailed += 1;
    if (range !== undefined) add(this.#failed, range, 1);
  }

  /** The slot takes no more sessions. */
  close(slot: number): void {
    this.#bySlot.delete(slot);
  }
}

/** What is at zero is not kept. */
function add(counts: Map<string, number>, range: string, by: number): void {
  const next = (counts.get(range) ?? 0) + by;
  if (next > 0) counts.set(range, next);
  else counts.delete(range);
}
