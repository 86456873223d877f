import type { BaselineBefore } from '@sluice/core';
import * as v from 'valibot';
import { parseJson } from './json.js';
import { isRecord } from './parsed.js';
import { histogramShape } from './record-analysis.js';

/** What stable of one app did lately, and when that was written. */
export interface BaselineEntry {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly before: BaselineBefore;
}

/** `baselines.json`: by app, for rollouts that start. */
export type Baselines = ReadonlyMap<string, BaselineEntry>;

/** More apps than this are not kept: the latest are. */
const mostApps = 2000;
const mostHistograms = 16;
const mostErrors = 32;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.finite(), v.minValue(0));

const entryShape = v.object({
  atMs: v.pipe(v.number(), v.finite()),
  before: v.pipe(
    v.object({
      sessionsPerSecond: v.nullable(positive),
      sessions: count,
      failed: count,
      histograms: v.record(v.string(), histogramShape),
      noise: v.object({ sumX2: positive, slots: count }),
      errors: v.array(v.pipe(v.string(), v.maxLength(64))),
    }),
    v.check(({ sessions, failed }) => failed <= sessions, 'More failed than there were. | It is left out.'),
  ),
}) satisfies v.GenericSchema<unknown, BaselineEntry>;

/** What can be read of it: one bad entry never spoils the others, and of a document that is none nothing is known. */
export function parseBaselines(text: string): Baselines {
  const json = parseJson(text);
  const known = json.kind === 'ok' && isRecord(json.value) && json.value['schema'] === 1 ? json.value['apps'] : {};
  const entries = Object.entries(isRecord(known) ? known : {}).flatMap(([app, written]) => {
    const entry = v.safeParse(entryShape, written);
    return entry.success ? [[app, entry.output] as const] : [];
  });
  return new Map(entries);
}

/** One line an app; what is more than a start needs is left out, so that the document stays small. */
export function serialiseBaselines(baselines: Baselines): string {
  const latest = [...baselines].toSorted(([, a], [, b]) => b.atMs - a.atMs).slice(0, mostApps);
  const lines = latest
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([app, { atMs, before }]) => `  ${JSON.stringify(app)}: ${JSON.stringify({ atMs, before: bounded(before) })}`);
  return `{ "schema": 1, "apps": {\n${lines.join(',\n')}\n} }\n`;
}

function bounded(before: BaselineBefore): BaselineBefore {
  const histograms = Object.fromEntries(Object.entries(before.histograms).slice(0, mostHistograms));
  return { ...before, histograms, errors: before.errors.slice(0, mostErrors) };
}
