import type { Actor, AppId, HistoryEntry, OverrideName, Plan, Rollout, VersionId } from '@sluice/core';
import { overrideNames } from '@sluice/core';
import * as v from 'valibot';
import { analysisShape, rulesShape } from './record-analysis.js';
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

/** One app's part of a record: its rollout, and what the rollout wants its pointer to be. */
export interface MemberRecord {
  readonly app: AppId;
  readonly rollout: Rollout | null;
  readonly write: PointerWrite | null;
  readonly highestGeneration: number;
  /** History lines that were ever written; more than the history has means that it was lost. */
  readonly lines: number;
  /** Id of the last of them. */
  readonly lastLine: string | null;
}

/** A start that waits: for the running rollout, a limit, a freeze or a dependency. The latest wins. */
export interface Queued {
  readonly version: VersionId;
  readonly plan: Plan;
  readonly actor: Actor;
  readonly why: string;
  readonly atMs: number;
  /** Kept from the predecessor, so that the same users get it. */
  readonly salt: string | null;
  readonly overrides: readonly OverrideName[];
}

/**
 * `rollout.json` of an app, or `groups/<name>.json` of apps that move together: the running or last rollout of each
 * member, what is to be written, and what is still to be told.
 */
export interface RolloutRecord {
  readonly schema: 1;
  /** App or group. */
  readonly unit: string;
  /** Grows by one with each write. */
  readonly serial: number;
  /** One for an app alone. */
  readonly members: readonly MemberRecord[];
  /** Id of the group's rollout; null in the record of an app. */
  readonly id: string | null;
  /** In a member's record: the group that moves it, while that group's id is this one. */
  readonly group: { readonly name: string; readonly id: string } | null;
  readonly queue: Queued | null;
  /** History lines that belong to this record; flushed before the record is replaced. */
  readonly outbox: readonly HistoryEntry[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(4096));
const actor = v.object({ kind: v.picklist(['person', 'sluice', 'script']), name: text });

const plan = v.object({
  name: text,
  stages: v.pipe(
    v.array(
      v.object({
        weightBp: count,
        soakMs: count,
        audience: v.exactOptional(text),
        gate: v.exactOptional(v.literal('person')),
      }),
    ),
    v.minLength(1),
  ),
  minSessions: count,
  maxDurationMs: count,
  baseSlotMs: v.union([v.pipe(count, v.minValue(1)), v.literal('auto')]),
  outcomeWindowMs: count,
  closingLagMs: count,
  ramp: v.nullable(v.object({ everyMs: count, failedSessions: finite, reactionMs: count, growth: finite })),
  rules: rulesShape,
  mode: v.picklist(['act', 'observe']),
  proof: v.picklist(['normal', 'unproven']),
  capBp: count,
  progressDeadlineMs: count,
  onInconclusive: v.picklist(['ask', 'expire', 'promote-unproven']),
  telemetryLost: v.object({ afterMs: count, policy: v.picklist(['hold', 'roll-back', 'continue']) }),
  onFreeze: v.picklist(['hold', 'roll-back']),
});
const overrides = v.array(v.picklist(overrideNames));

const rollout = v.object({
  id: text,
  app: text,
  group: v.nullable(text),
  stable: text,
  canary: text,
  salt: text,
  plan,
  startedAtMs: finite,
  startedBy: actor,
  reason: text,
  commit: v.nullable(text),
  rollbackSafe: v.boolean(),
  follows: v.nullable(v.object({ app: text, version: text })),
  baseSlotMs: v.nullable(v.pipe(count, v.minValue(1))),
  stage: v.object({
    index: count,
    enteredAtMs: finite,
    weightBp: count,
    weighedAtMs: finite,
    revision: count,
    firstRevision: count,
    creditedMs: finite,
    canarySessions: count,
    baselineSessions: count,
    watchedMs: finite,
    degraded: v.boolean(),
  }),
  lastSlot: count,
  analysis: analysisShape,
  watch: v.object({ lastMs: finite, totalMs: finite }),
  heldSinceMs: v.nullable(finite),
  waivedHolds: v.array(text),
  paused: v.nullable(v.object({ sinceMs: finite, actor, why: text })),
  obstacle: v.nullable(
    v.object({
      kind: v.picklist(['stopped', 'frozen', 'limit', 'dependency', 'alarm', 'check']),
      why: text,
      sinceMs: finite,
    }),
  ),
  waived: overrides,
  telemetryLostSinceMs: v.nullable(finite),
  inconclusive: v.boolean(),
  needsPerson: v.nullable(v.object({ sinceMs: finite, why: text })),
  wouldHave: v.nullable(
    v.object({ action: v.picklist(['advance', 'promote', 'roll-back']), sinceMs: finite, why: text }),
  ),
  driftedSinceMs: v.nullable(finite),
  promotedBy: v.nullable(actor),
  end: v.nullable(v.object({ outcome: text, atMs: finite, actor, why: text })),
});

const member = v.object({
  app: text,
  rollout: v.nullable(rollout),
  write: v.nullable(v.object({ before: v.nullable(text), hash: text, text: v.string() })),
  highestGeneration: count,
  lines: count,
  lastLine: v.nullable(text),
});

const queued = v.object({
  version: text,
  plan,
  actor,
  why: text,
  atMs: finite,
  salt: v.nullable(text),
  overrides,
});

const recordShape = v.object({
  schema: v.literal(1),
  unit: text,
  serial: count,
  members: v.pipe(v.array(member), v.minLength(1)),
  id: v.nullable(text),
  group: v.nullable(v.object({ name: text, id: text })),
  queue: v.nullable(queued),
  outbox: v.array(v.looseObject({ id: text, at: text, kind: text, app: text })),
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
