import type { ArmMeasurements, Histogram, Loads, ReportedMetric, SlotError } from '@sluice/core';
import { mostFrequent, type SlotMeasurements } from '../slot-tally.js';
import type { Counts } from './contribution.js';

/** What the sessions of one address range did that started in one base slot of one phase. */
export interface Cell {
  readonly phase: string;
  readonly base: number;
  readonly range: string;
  readonly counts: Counts;
  /** Of its errors, by fingerprint. */
  readonly texts: Readonly<Record<string, string>>;
}

type Letter = 'c' | 'b' | 'h';

/** What a slot measured whose cells these are. */
export function measurementsOf(
  counts: Counts,
  texts: Readonly<Record<string, string>>,
  reported: readonly ReportedMetric[],
): SlotMeasurements {
  const errors = mostFrequent(errorsOf(counts, texts));
  const { sessions, failed } = outcomesOf(counts, 'h');
  return {
    canary: armOf(counts, 'c', reported),
    baseline: armOf(counts, 'b', reported),
    half: { sessions, failed },
    ...(errors.length === 0 ? {} : { errors }),
  };
}

/** Attempts without an outcome are failures. */
export function outcomesOf(
  counts: Counts,
  arm: Letter,
): { readonly sessions: number; readonly failed: number; readonly silent: number } {
  const of = (name: string): number => counts[`${arm}.${name}`] ?? 0;
  const silent = of('n') - of('ok') - of('f');
  return { sessions: of('n'), failed: of('f') + silent, silent };
}

function armOf(counts: Counts, arm: Letter, reported: readonly ReportedMetric[]): ArmMeasurements {
  const rates = reported.filter(({ kind }) => kind === 'rate');
  const values = reported.filter(({ kind }) => kind === 'value');
  const warm = counts[`${arm}.w`] ?? 0;
  const { sessions, failed, silent } = outcomesOf(counts, arm);
  const metric = ({ name }: ReportedMetric): Histogram => histogramOf(counts, `${arm}.m:${name}:`);
  return {
    sessions,
    failed,
    loadFailed: counts[`${arm}.lf`] ?? 0,
    silent,
    loads: { cold: loadsOf(counts, `${arm}.C`, sessions - warm), warm: loadsOf(counts, `${arm}.W`, warm) },
    ...(rates.length === 0
      ? {}
      : { rates: Object.fromEntries(rates.map((one) => [one.name, metric(one)[0]?.[1] ?? 0])) }),
    ...(values.length === 0 ? {} : { values: Object.fromEntries(values.map((one) => [one.name, metric(one)])) }),
  };
}

function loadsOf(counts: Counts, prefix: string, sessions: number): Loads {
  const histogram = histogramOf(counts, prefix);
  const loaded = histogram.reduce((sum, [, count]) => sum + count, counts[`${prefix}x`] ?? 0);
  return { unloaded: sessions - loaded, histogram };
}

function histogramOf(counts: Counts, prefix: string): Histogram {
  return Object.entries(counts)
    .filter(([name]) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map(([name, count]): readonly [number, number] => [Number(name.slice(prefix.length)), count])
    .toSorted(([a], [b]) => a - b);
}

function errorsOf(counts: Counts, texts: Readonly<Record<string, string>>): readonly SlotError[] {
  const fingerprints = new Set(
    Object.keys(counts).flatMap((name) => (/^[cb]\.e:/.test(name) ? [name.slice('c.e:'.length)] : [])),
  );
  return [...fingerprints].map((fingerprint) => ({
    fingerprint,
    text: texts[fingerprint] ?? '',
    canary: counts[`c.e:${fingerprint}`] ?? 0,
    baseline: counts[`b.e:${fingerprint}`] ?? 0,
  }));
}
