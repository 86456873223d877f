import * as v from 'valibot';
import { parseJson } from './json.js';
import { parseShape } from './parsed.js';

/** `versions-seen.json`: which versions of an app pages had, and when last. */
export interface VersionsSeen {
  readonly schema: 1;
  /** Since when telemetry has watched without a gap of a day; epoch milliseconds. */
  readonly sinceMs: number;
  /** When it was last written: what was seen later is not in it. */
  readonly updatedMs: number;
  /** Version to when it was last seen. */
  readonly versions: Readonly<Record<string, number>>;
}

const most = 1000;
const longestGapMs = 86_400_000;
const shape = v.object({
  schema: v.literal(1),
  sinceMs: v.number(),
  updatedMs: v.number(),
  versions: v.record(v.string(), v.number()),
}) satisfies v.GenericSchema<unknown, VersionsSeen>;

/** Undefined where it cannot be read. */
export function parseVersionsSeen(text: string): VersionsSeen | undefined {
  const json = parseJson(text);
  const parsed = json.kind === 'ok' ? parseShape(shape, json.value) : json;
  return parsed.kind === 'ok' ? parsed.value : undefined;
}

export function serialiseVersionsSeen(seen: VersionsSeen): string {
  return `${JSON.stringify(seen)}\n`;
}

/** What was seen before with what was seen now; of very many versions the latest seen are kept. */
export function mergeVersionsSeen(
  before: VersionsSeen | undefined,
  seen: ReadonlyMap<string, number>,
  nowMs: number,
): VersionsSeen {
  const merged = new Map(Object.entries(before?.versions ?? {}));
  for (const [version, ms] of seen) merged.set(version, Math.max(merged.get(version) ?? 0, ms));
  const latest = [...merged].toSorted(([, a], [, b]) => b - a).slice(0, most);
  // What pages had in a long gap nobody knows: watching begins anew.
  const watched = before !== undefined && nowMs - before.updatedMs <= longestGapMs;
  const sinceMs = watched ? before.sinceMs : nowMs;
  return { schema: 1, sinceMs, updatedMs: nowMs, versions: Object.fromEntries(latest) };
}
