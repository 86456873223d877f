import type { Actor } from '@sluice/core';
import * as v from 'valibot';
import { parseJson } from './json.js';
import type { Parsed } from './parsed.js';
import { parseShape } from './parsed.js';
import { schemaOf, type UnknownSchema } from './pointer.js';

/** A rollout that runs or is about to: what limits are counted with. */
export interface RunningSlot {
  /** App or group. */
  readonly unit: string;
  readonly rolloutId: string;
  readonly salt: string;
  /** The most that it may expose now, in basis points. */
  readonly weightBp: number;
  readonly sinceMs: number;
}

/** Somebody stopped or released all apps. */
export interface LineEvent {
  readonly id: string;
  readonly kind: 'stopped' | 'released';
  readonly at: string;
  readonly actor: Actor;
  readonly why: string;
}

/** `platform.json`: stop-the-line and running slots, with who stopped and released the line. */
export interface PlatformDocument {
  readonly schema: 1;
  readonly serial: number;
  readonly stopped: { readonly sinceMs: number; readonly actor: Actor; readonly why: string } | null;
  readonly running: readonly RunningSlot[];
  /** The last hundred. */
  readonly log: readonly LineEvent[];
}

export const emptyPlatformDocument: PlatformDocument = { schema: 1, serial: 0, stopped: null, running: [], log: [] };

const text = v.pipe(v.string(), v.maxLength(4096));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const actor = v.object({ kind: v.picklist(['person', 'sluice', 'script']), name: text });

const shape = v.object({
  schema: v.literal(1),
  serial: count,
  stopped: v.nullable(v.object({ sinceMs: v.number(), actor, why: text })),
  running: v.array(v.object({ unit: text, rolloutId: text, salt: text, weightBp: count, sinceMs: v.number() })),
  log: v.array(v.object({ id: text, kind: v.picklist(['stopped', 'released']), at: text, actor, why: text })),
}) satisfies v.GenericSchema<unknown, PlatformDocument>;

/** Strict: every problem listed; an unknown schema is told apart. */
export function parsePlatformDocument(source: string): Parsed<PlatformDocument> | UnknownSchema {
  const json = parseJson(source);
  if (json.kind === 'invalid') return json;
  const schema = schemaOf(json.value);
  if (schema !== undefined && schema !== 1) return { kind: 'unknown-schema', schema };
  return parseShape(shape, json.value);
}

export function serialisePlatformDocument(document: PlatformDocument): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}
