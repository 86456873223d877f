import type { AppId, HistoryEntry, Rollout } from '@sluice/core';
import * as v from 'valibot';

/** The pointer that a record wants: enough to tell "written", "not yet written" and "a human changed it" apart. */
export interface PointerWrite {
  /** Etag of the pointer before; null where there was none. */
  readonly before: string | null;
  /** SHA-256 of {@link text}, lower-case hex. */
  readonly hash: string;
  /** The whole intended document. */
  readonly text: string;
}

/** `rollout.json`: the running or last rollout, what it wants the pointer to be, and what is still to be told. */
export interface RolloutRecord {
  readonly schema: 1;
  readonly app: AppId;
  /** Grows by one with each write. */
  readonly serial: number;
  readonly rollout: Rollout | null;
  readonly write: PointerWrite | null;
  readonly highestGeneration: number;
  /** History lines that belong to this record; flushed before the record is replaced. */
  readonly outbox: readonly HistoryEntry[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(4096));
const actor = v.object({ kind: v.picklist(['person', 'sluice', 'script']), name: text });

const plan = v.object({
  name: text,
  stages: v.pipe(v.array(v.object({ weightBp: count, soakMs: count })), v.minLength(1)),
  minSessions: count,
  maxDurationMs: count,
  baseSlotMs: v.union([v.pipe(count, v.minValue(1)), v.literal('auto')]),
  outcomeWindowMs: count,
  closingLagMs: count,
  strictness: v.picklist(['default', 'strict']),
});

const rollout = v.object({
  id: text,
  app: text,
  stable: text,
  canary: text,
  salt: text,
  plan,
  startedAtMs: finite,
  startedBy: actor,
  reason: text,
  baseSlotMs: v.nullable(v.pipe(count, v.minValue(1))),
  stage: v.object({
    index: count,
    enteredAtMs: finite,
    revision: count,
    creditedMs: finite,
    canarySessions: count,
    baselineSessions: count,
  }),
  lastSlot: count,
  // The state of the analysis is written and read by core alone; its shape is checked where it is used.
  analysis: v.looseObject({}),
  heldSinceMs: v.nullable(finite),
  holdWaived: v.boolean(),
  paused: v.nullable(v.object({ sinceMs: finite, actor, why: text })),
  driftedSinceMs: v.nullable(finite),
  promotedBy: v.nullable(actor),
  end: v.nullable(v.object({ outcome: text, atMs: finite, actor, why: text })),
});

export const recordShape = v.object({
  schema: v.literal(1),
  app: text,
  serial: count,
  rollout: v.nullable(rollout),
  write: v.nullable(v.object({ before: v.nullable(text), hash: text, text: v.string() })),
  highestGeneration: count,
  outbox: v.array(v.looseObject({ id: text, at: text, kind: text })),
});
