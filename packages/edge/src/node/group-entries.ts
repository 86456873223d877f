import type { AppId, Pointer, ReadIndex } from '@sluice/core';
import type { Held } from './pointers.js';

/** Longer than any controller needs between the pointers of a group and the index; then the pointer is obeyed. */
const patienceMs = 2000;

interface Looking {
  readonly held: ReadonlyMap<AppId, Held>;
  readonly stored: ReadIndex | undefined;
  readonly nowMs: number;
}

/**
 * Pointers of a group come one after the other, and the index has all of them in one write. Until that write they are
 * served as the index has them, so that no page sees half a group.
 */
export interface GroupEntries {
  /** Whether other apps wait for their group than before. */
  look(looking: Looking): boolean;
  /** What is served: the pointers, and the index's entries for the apps that wait. */
  served(held: ReadonlyMap<AppId, Held>): ReadonlyMap<AppId, Held>;
}

export function createGroupEntries(): GroupEntries {
  const sinceMs = new Map<AppId, number>();
  let waiting: ReadonlyMap<AppId, Pointer> = new Map();
  return {
    look({ held, stored, nowMs }) {
      const now = new Map<AppId, Pointer>();
      for (const [app, { accepted }] of held) {
        const entry = stored?.apps.get(app)?.pointer;
        if (entry === undefined || !isAhead(accepted.pointer, entry)) {
          sinceMs.delete(app);
          continue;
        }
        const fromMs = sinceMs.get(app) ?? nowMs;
        sinceMs.set(app, fromMs);
        if (nowMs - fromMs < patienceMs) now.set(app, entry);
      }
      const changed = now.size !== waiting.size || [...now].some(([app, entry]) => waiting.get(app) !== entry);
      waiting = now;
      return changed;
    },
    served(held) {
      if (waiting.size === 0) return held;
      const shown = new Map(held);
      for (const [app, pointer] of waiting) {
        const own = held.get(app);
        if (own !== undefined) shown.set(app, { ...own, accepted: { ...own.accepted, pointer } });
      }
      return shown;
    },
  };
}

/** A pointer without generation is a human's, and believed at once. */
function isAhead(pointer: Pointer, entry: Pointer): boolean {
  const moves = pointer.group !== undefined || entry.group !== undefined;
  return moves && pointer.generation !== undefined && pointer.generation > (entry.generation ?? -1);
}
