import * as v from 'valibot';
import { parseJson } from './json.js';
import { parseShape } from './parsed.js';

/** How an edge answered the requests of one app since it last told. */
export interface EdgeCounts {
  readonly app: string;
  readonly total: number;
  readonly status4xx: number;
  readonly status5xx: number;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1e9));
const shape = v.object({
  schema: v.literal(1),
  apps: v.pipe(
    v.array(v.object({ app: v.pipe(v.string(), v.maxLength(32)), total: count, status4xx: count, status5xx: count })),
    v.maxLength(1000),
  ),
});

/** Undefined where it is not what an edge sends. */
export function parseEdgeCounts(text: string): readonly EdgeCounts[] | undefined {
  const json = parseJson(text);
  const parsed = json.kind === 'ok' ? parseShape(shape, json.value) : json;
  return parsed.kind === 'ok' ? parsed.value.apps : undefined;
}
