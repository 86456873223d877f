import type { AppId, HistoryEntry, Rollout } from '@sluice/core';
import * as v from 'valibot';
import { parseJson } from './json.js';
import type { Parsed } from './parsed.js';
import { parseShape } from './parsed.js';
import { schemaOf, type UnknownSchema } from './pointer.js';

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

const arm = v.object({ sessions: count, failed: count });
const evidence = v.object({ lnS: v.array(finite), spent: finite, lnE: finite, lnEMax: finite });
const analysis = v.object({
  strictness: v.picklist(['default', 'strict']),
  horizon: count,
  totals: v.object({ canary: arm, baseline: arm }),
  rollback: evidence,
  hold: evidence,
  held: v.boolean(),
  failed: v.boolean(),
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
  analysis,
  heldSinceMs: v.nullable(finite),
  holdWaived: v.boolean(),
  paused: v.nullable(v.object({ sinceMs: finite, actor, why: text })),
  driftedSinceMs: v.nullable(finite),
  promotedBy: v.nullable(actor),
  end: v.nullable(v.object({ outcome: text, atMs: finite, actor, why: text })),
});

const recordShape = v.object({
  schema: v.literal(1),
  app: text,
  serial: count,
  rollout: v.nullable(rollout),
  write: v.nullable(v.object({ before: v.nullable(text), hash: text, text: v.string() })),
  highestGeneration: count,
  outbox: v.array(v.looseObject({ id: text, at: text, kind: text })),
});

/** Strict: every problem listed; an unknown schema is told apart. */
export function parseRecordDocument(source: string): Parsed<RolloutRecord> | UnknownSchema {
  const json = parseJson(source);
  if (json.kind === 'invalid') return json;
  const schema = schemaOf(json.value);
  if (schema !== undefined && schema !== 1) return { kind: 'unknown-schema', schema };
  const checked = parseShape(recordShape, json.value);
  // Checked field by field above; only the brands are taken on trust.
  return checked.kind === 'ok' ? { kind: 'ok', value: json.value as RolloutRecord } : checked;
}

export function serialiseRecord(record: RolloutRecord): string {
  return `${JSON.stringify(record, null, 1)}\n`;
}
