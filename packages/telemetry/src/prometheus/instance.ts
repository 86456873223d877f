import { histogramBuckets, type WatchedRollout } from '@sluice/core';
import { slotLoadsName, slotSessionsName, startTimeName } from '../metrics/slot-counts.js';
import { unusable, type Query, type Series } from './query.js';

/** What a process that takes telemetry in has told, scrape by scrape. */
export interface Instance {
  readonly name: string;
  readonly scrapes: readonly Scrape[];
  readonly counters: readonly Counter[];
}

export interface Scrape {
  readonly atMs: number;
  /** When the process started, which tells it from the one before; null where it was down. */
  readonly startS: number | null;
}

interface Counter {
  readonly of: Counted;
  readonly samples: readonly (readonly [atMs: number, value: number])[];
}

/** What a counter counts: sessions of an arm under one revision, by what became of them or by their load time. */
export interface Counted {
  readonly revision: number;
  readonly weightBp: number;
  readonly arm: 'canary' | 'baseline' | 'half';
  readonly what: Readonly<
    { of: 'all' | 'failed' | 'load-failed' | 'silent' } | { cache: 'cold' | 'warm'; bucket: number | 'none' }
  >;
}

export interface Asked {
  readonly watched: WatchedRollout;
  /** Name of the scrape job. */
  readonly job: string;
  readonly upFromMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A count above this cannot be true. */
const most = 1e12;

/** Two questions: scrapes first, so that all that a scrape has brought is there when its counters are asked for. */
export async function readInstances(query: Query, asked: Asked): Promise<readonly Instance[]> {
  const { watched, fromMs, toMs } = asked;
  const job = `job=${quoted(asked.job)}`;
  const alive = await query(`{__name__=~"up|${startTimeName}",${job}}`, { fromMs: asked.upFromMs, toMs });
  const counts = await query(
    `{__name__=~"${slotSessionsName}|${slotLoadsName}",${job},rollout=${quoted(watched.rolloutId)}}`,
    { fromMs, toMs },
  );
  const starts = byInstance(alive.filter(({ labels }) => labels['__name__'] === startTimeName));
  const counters = countersOf(counts, watched);
  return [...byInstance(alive.filter(({ labels }) => labels['__name__'] === 'up'))].map(([name, up]) => ({
    name,
    scrapes: scrapesOf(up, starts.get(name)),
    counters: counters.get(name) ?? [],
  }));
}

/** One series an instance, or nobody knows which of them is meant. */
function byInstance(series: readonly Series[]): ReadonlyMap<string, Series> {
  const found = new Map<string, Series>();
  for (const one of series) {
    const name = one.labels['instance'] ?? '';
    if (found.has(name)) throw unusable(`it has two series of the instance "${name}"; name one \`job\``);
    found.set(name, one);
  }
  return found;
}

function scrapesOf(up: Series, start: Series | undefined): readonly Scrape[] {
  const starts = new Map(start?.samples.map(([atMs, value]) => [atMs, numberOf(value)]));
  return up.samples.map(([atMs, value]) => {
    const isUp = numberOf(value) === 1;
    return { atMs, startS: isUp ? (starts.get(atMs) ?? null) : null };
  });
}

/** Of this rollout and its two versions only; what this Sluice does not know is left out. */
function countersOf(series: readonly Series[], watched: WatchedRollout): ReadonlyMap<string, readonly Counter[]> {
  const found = new Map<string, Map<string, Counter>>();
  for (const { labels, samples } of series) {
    const of = countedIn(labels, watched);
    if (of === undefined) continue;
    const name = labels['instance'] ?? '';
    const counters = found.get(name) ?? new Map<string, Counter>();
    found.set(name, counters);
    const key = JSON.stringify(of);
    if (counters.has(key)) throw unusable(`it has the same counter of the instance "${name}" twice; name one \`job\``);
    counters.set(key, { of, samples: samples.map(([atMs, value]) => [atMs, countOf(value)]) });
  }
  return new Map([...found].map(([name, counters]) => [name, [...counters.values()]]));
}

function countedIn(labels: Series['labels'], watched: WatchedRollout): Counted | undefined {
  const { arm, version, app } = labels;
  const revision = wholeOf(labels['revision'], watched.revision);
  const weightBp = wholeOf(labels['weight_bp'], 10_000);
  const what = whatOf(labels);
  if (arm !== 'canary' && arm !== 'baseline' && arm !== 'half') return undefined;
  if (app !== watched.app || version !== (arm === 'canary' ? watched.canary : watched.stable)) return undefined;
  if (revision === undefined || weightBp === undefined || what === undefined) return undefined;
  return { revision, weightBp, arm, what };
}

function whatOf({ of, cache, bucket }: Series['labels']): Counted['what'] | undefined {
  if (of === 'all' || of === 'failed' || of === 'load-failed' || of === 'silent') return { of };
  if (cache !== 'cold' && cache !== 'warm') return undefined;
  const at = bucket === 'none' ? 'none' : wholeOf(bucket, histogramBuckets - 1);
  return at === undefined ? undefined : { cache, bucket: at };
}

function wholeOf(text: string | undefined, atMost: number): number | undefined {
  return /^\d{1,15}$/.test(text ?? '') && Number(text) <= atMost ? Number(text) : undefined;
}

/** NaN, infinite, negative, no number: of a value that cannot be, nothing is believed. */
function numberOf(value: string): number {
  if (!/^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) throw unusable('a sample is not a number from 0');
  return Number(value);
}

function countOf(value: string): number {
  const count = numberOf(value);
  if (!Number.isInteger(count) || count > most) throw unusable('a counter is not a whole number up to 10^12');
  return count;
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
