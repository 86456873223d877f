import type { Pointer, VersionId } from '@sluice/core';
import { isPercent, maxBlocked, parseVersionId, pointerSchema } from '@sluice/core';
import * as v from 'valibot';
import { parseJson } from './json.js';
import type { Parsed } from './parsed.js';
import { isRecord, parseShape, recordShape } from './parsed.js';
import { showValue } from './show-value.js';

/** A stored document whose schema is newer than this code: it may be read by tolerant readers, never written. */
export interface UnknownSchema {
  readonly kind: 'unknown-schema';
  readonly schema: unknown;
}

export const versionShape = v.custom<VersionId>(
  (value) => parseVersionId(value) !== undefined,
  (issue) => `${showValue(issue.input)} is not a version. | Use v1.2.3, or v and 7 to 40 hex digits.`,
);

const percentShape = v.custom<number>(
  isPercent,
  (issue) => `${showValue(issue.input)} is not a percentage. | Use a number from 0 to 100 with at most two decimals.`,
);

const textShape = v.pipe(v.string(), v.maxLength(256, 'It has more than 256 characters. | Shorten it.'));
const blockedShape = v.pipe(
  v.array(versionShape),
  v.maxLength(maxBlocked, (issue) => `${String(issue.input.length)} versions are blocked. | ${keepNewest}`),
);
const keepNewest = `At most ${String(maxBlocked)} may be: remove the oldest.`;
const saltShape = v.pipe(
  textShape,
  v.check((salt) => !salt.includes(':'), 'The salt has a ":". | Leave it out: it separates salt and subject.'),
);

/** Fields that we do not know are a human's: they are kept. */
const fieldsShape = v.looseObject({
  version: versionShape,
  canaryVersion: v.optional(v.nullable(versionShape), null),
  canaryPercent: v.optional(percentShape, 0),
  lastUpdated: v.optional(v.string(), ''),
  metadata: v.exactOptional(recordShape),
  schema: v.exactOptional(v.literal(pointerSchema)),
  generation: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  assignment: v.exactOptional(textShape),
  salt: v.exactOptional(saltShape),
  rolloutId: v.exactOptional(textShape),
  group: v.exactOptional(textShape),
  blocked: v.exactOptional(blockedShape),
  enabledRegions: v.exactOptional(v.array(textShape)),
  allowList: v.exactOptional(v.array(textShape)),
  audience: v.exactOptional(textShape),
});
export const pointerShape = v.pipe(recordShape, fieldsShape);

/** Strict, for writers: every problem listed; an unknown schema is told apart. A pointer with the brief's fields only is fine. */
export function parsePointerDocument(text: string): Parsed<Pointer> | UnknownSchema {
  const json = parseJson(text);
  if (json.kind === 'invalid') return json;
  const schema = schemaOf(json.value);
  if (schema !== undefined && schema !== pointerSchema) return { kind: 'unknown-schema', schema };
  return parseShape(pointerShape, json.value);
}

export function schemaOf(value: unknown): unknown {
  return isRecord(value) && Object.hasOwn(value, 'schema') ? value['schema'] : undefined;
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
  'group',
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
