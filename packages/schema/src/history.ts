import type { AppId, History, HistoryEntry } from '@sluice/core';
import { parseAppId } from '@sluice/core';
import * as v from 'valibot';
import { parseJson } from './json.js';
import type { Parsed } from './parsed.js';
import { parseShape } from './parsed.js';
import { schemaOf, type UnknownSchema, versionShape } from './pointer.js';

const appShape = v.custom<AppId>(
  (value) => parseAppId(value) !== undefined,
  'It is not an app name. | Use a-z, 0-9 and "-", at most 32, a letter first.',
);
const text = v.pipe(v.string(), v.maxLength(4096));

const entryShape = v.looseObject({
  id: text,
  at: v.pipe(v.string(), v.isoTimestamp('It is not a time. | Use ISO 8601, like 2026-01-15T10:30:00.000Z.')),
  kind: v.picklist([
    'first-version',
    'started',
    'advanced',
    'full-weight',
    'held',
    'released',
    'paused',
    'resumed',
    'ended',
    'returned',
    'blocked',
    'drifted',
    'queued',
    'dequeued',
    'waiting',
    'goes-on',
    'degraded',
    'inconclusive',
    'needs-person',
    'would-have',
    'reweighed',
    'noted',
    'telemetry-lost',
    'telemetry-back',
    'history-lost',
  ]),
  app: appShape,
  stable: versionShape,
  version: versionShape,
  actor: v.object({ kind: v.picklist(['person', 'sluice', 'script']), name: text }),
  why: text,
  rolloutId: v.exactOptional(text),
  outcome: v.exactOptional(
    v.picklist(['promoted', 'fast-promoted', 'promoted-unproven', 'aborted', 'rolled-back', 'superseded', 'expired']),
  ),
  stage: v.exactOptional(v.number()),
  percent: v.exactOptional(v.number()),
  automatic: v.exactOptional(v.boolean()),
  generation: v.exactOptional(v.number()),
  overrides: v.exactOptional(v.array(text)),
  commit: v.exactOptional(text),
  numbers: v.exactOptional(v.record(v.string(), v.number())),
}) satisfies v.GenericSchema<unknown, HistoryEntry>;

const historyShape = v.object({
  schema: v.literal(1),
  legacy: v.exactOptional(v.array(text)),
  archived: v.exactOptional(v.number()),
  entries: v.array(entryShape),
});

/** Strict; the brief's plain list of strings is accepted and kept as `legacy`. */
export function parseHistoryDocument(source: string): Parsed<History> | UnknownSchema {
  const json = parseJson(source);
  if (json.kind === 'invalid') return json;
  if (Array.isArray(json.value)) {
    const list = parseShape(v.array(text), json.value);
    return list.kind === 'ok' ? { kind: 'ok', value: { schema: 1, legacy: list.value, entries: [] } } : list;
  }
  const schema = schemaOf(json.value);
  if (schema !== undefined && schema !== 1) return { kind: 'unknown-schema', schema };
  return parseShape(historyShape, json.value);
}

/** One line an entry, so that a person can read it and a diff shows what came. */
export function serialiseHistory(history: History): string {
  const legacy = history.legacy === undefined ? '' : ` "legacy": ${JSON.stringify(history.legacy)},\n`;
  const archived = history.archived === undefined ? '' : ` "archived": ${String(history.archived)},\n`;
  const lines = history.entries.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n');
  return `{ "schema": 1,\n${legacy}${archived} "entries": [\n${lines}\n]}\n`;
}
