import type { PlatformIndex } from '@sluice/core';
import * as v from 'valibot';
import { parseJson } from './json.js';
import type { Parsed } from './parsed.js';
import { parseShape } from './parsed.js';
import { ordered, pointerShape } from './pointer.js';

const indexShape = v.object({
  schema: v.literal(1),
  sampleRate: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  apps: v.record(v.string(), pointerShape),
});

/** Strict: every problem listed. */
export function parseIndexDocument(text: string): Parsed<PlatformIndex> {
  const json = parseJson(text);
  return json.kind === 'invalid' ? json : parseShape(indexShape, json.value);
}

/** The index as it is stored, on one line: pages read it. Apps sorted by name. */
export function serialiseIndex(index: PlatformIndex): string {
  const apps = Object.entries(index.apps)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([app, pointer]) => [app, ordered(pointer)] as const);
  return `${JSON.stringify({ schema: 1, sampleRate: index.sampleRate, apps: Object.fromEntries(apps) })}\n`;
}
