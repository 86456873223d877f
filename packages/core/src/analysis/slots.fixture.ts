import type { Slot } from './slot.js';

/** A slot of 10 s with 100 canary and 1,000 stable sessions of which nobody failed, as far as a test says nothing else. */
export function aSlot(id: number, more: Partial<Slot> = {}): Slot {
  return {
    id,
    rolloutId: 'r1',
    kind: 'comparison',
    revision: 1,
    weightBp: 909,
    startMs: 1_750_000_000_000 + id * 10_000,
    lengthMs: 10_000,
    canary: { sessions: 100, failed: 0 },
    baseline: { sessions: 1000, failed: 0 },
    ...more,
  };
}

/** Slots with these failures of 100 canary and 1,000 stable sessions. */
export function failing(count: number, [canary, baseline]: readonly [number, number], from = 1): readonly Slot[] {
  return Array.from({ length: count }, (_, i) =>
    aSlot(from + i, {
      canary: { sessions: 100, failed: canary },
      baseline: { sessions: 1000, failed: baseline },
    }),
  );
}
