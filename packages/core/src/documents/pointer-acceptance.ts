import type { Pointer } from './pointer.js';

/** How long a lower generation is taken for a stale copy before it is believed (a restored backup). */
export const lowerGenerationIgnoredMs = 120_000;

/** A pointer that a reader obeys, and when a generation this high was last received. */
export interface AcceptedPointer {
  readonly pointer: Pointer;
  readonly receivedAtMs: number;
}

/**
 * What a reader obeys after it received a pointer: one without generation is always believed (a human wrote it); a
 * lower generation is ignored for 120 s after a higher one was received.
 */
export function acceptPointer(held: AcceptedPointer | undefined, received: Pointer, nowMs: number): AcceptedPointer {
  const accepted = { pointer: received, receivedAtMs: nowMs };
  const heldGeneration = held?.pointer.generation;
  if (held === undefined || heldGeneration === undefined || received.generation === undefined) return accepted;
  if (received.generation >= heldGeneration) return accepted;
  return nowMs - held.receivedAtMs < lowerGenerationIgnoredMs ? held : accepted;
}
