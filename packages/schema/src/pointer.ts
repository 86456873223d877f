import type { Pointer, VersionId } from '@sluice/core';
import { isPercent, maxBlocked, parseVersionId, pointerSchema } from '@sluice/core';
import * as v from 'valibot';
import type { Parsed } from './parsed.js';
import { parseJson, parseShape } from './parsed.js';

/** A stored document whose schema is newer than this code: it may be read by tolerant readers, never written. */
export interface UnknownSchema {
  readonly kind: 'unknown-schema';
  readonly schema: unknown;
}

export const versionShape = v.custom<VersionId>(
  (value) => parseVersionId(value) !== undefined,
  (issue) => `${show(issue.input)} is not a version. | Use v1.2.3, or v and 7 to 40 hex digits.`,
);

const percentShape = v.custom<number>(
  isPercent,
  (issue) => `${show(issue.input)} is not a percentage. | Use a number from 0 to 100 with at most two decimals.`,
);

const textShape = v.pipe(v.string(), v.maxLength(256));
const saltShape = v.pipe(
  textShape,
  v.check((salt) => !salt.includes(':'), 'The salt has a ":". | Leave it out: it separates salt and subject.'),
);

export const pointerShape = v.looseObject({
  version: versionShape,
  canaryVersion: v.optional(v.nullable(versionShape), null),
  canaryPercent: v.optional(percentShape, 0),
  lastUpdated: v.optional(v.string(), ''),
  metadata: v.exactOptional(v.record(v.string(), v.unknown())),
  schema: v.exactOptional(v.literal(pointerSchema)),
  generation: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  assignment: v.exactOptional(textShape),
  salt: v.exactOptional(saltShape),
  rolloutId: v.exactOptional(textShape),
  blocked: v.exactOptional(v.pipe(v.array(versionShape), v.maxLength(maxBlocked))),
  enabledRegions: v.exactOptional(v.array(textShape)),
  allowList: v.exactOptional(v.array(textShape)),
  audience: v.exactOptional(textShape),
});

/** Strict, for writers: every problem listed; an unknown schema is told apart. A pointer with the brief's fields only is fine. */
export function parsePointerDocument(text: string): Parsed<Pointer> | UnknownSchema {
  const json = parseJson(text);
  if (json.kind === 'invalid') return json;
  const schema = schemaOf(json.value);
  if (schema !== undefined && schema !== pointerSchema) return { kind: 'unknown-schema', schema };
  return parseShape(pointerShape, json.value);
}

export function schemaOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
}

const order = [
  'version',
  'canaryVersion',
  'canaryPercent',
  'lastUpdated',
  'metadata',
  'schema',
  'generation',
  'assignment',
  'salt',
  'rolloutId',
  'blocked',
  'enabledRegions',
  'allowList',
  'audience',
];

/** The pointer as it is stored: the brief's fields first, the same bytes for the same pointer. */
export function serialisePointer(pointer: Pointer): string {
  return `${JSON.stringify(ordered(pointer), null, 2)}\n`;
}

export function ordered(pointer: Pointer): Readonly<Record<string, unknown>> {
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.fromEntries(
    Object.entries(pointer).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0)),
  );
}

function show(value: unknown): string {
  return value === undefined ? 'Nothing' : (JSON.stringify(value)?.slice(0, 80) ?? typeof value);
}
