import * as v from 'valibot';
import { parseJson } from './json.js';
import { parseShape } from './parsed.js';

/** `told.json`: how far the history of an app was told to people. */
export interface Told {
  readonly schema: 1;
  /** The last line that is done with; null before the first. */
  readonly lastId: string | null;
  /** Its time: where the line itself is gone, what is younger is told. */
  readonly lastAtMs: number;
  readonly pending: {
    readonly id: string;
    readonly attempts: number;
    /** Not before: the one who sends has claimed it, or a failure is waited out. */
    readonly dueMs: number;
    /** Notifiers that accepted it. */
    readonly done: readonly string[];
  } | null;
}

const text = v.pipe(v.string(), v.maxLength(256));
const shape = v.object({
  schema: v.literal(1),
  lastId: v.nullable(text),
  lastAtMs: v.number(),
  pending: v.nullable(v.object({ id: text, attempts: v.number(), dueMs: v.number(), done: v.array(text) })),
}) satisfies v.GenericSchema<unknown, Told>;

/** Undefined where it cannot be read: it holds nothing that could not be told again. */
export function parseTold(source: string): Told | undefined {
  const json = parseJson(source);
  if (json.kind === 'invalid') return undefined;
  const parsed = parseShape(shape, json.value);
  return parsed.kind === 'ok' ? parsed.value : undefined;
}

export function serialiseTold(told: Told): string {
  return `${JSON.stringify(told)}\n`;
}
