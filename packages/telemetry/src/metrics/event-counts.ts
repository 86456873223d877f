import { bucketEdge, bucketOfValue, histogramBuckets, loadFromMs } from '@sluice/core';
import type { CheckedEvent } from '@sluice/schema';
import type { MetricFamily, MetricSample } from './exposition.js';
import type { KnownVersions } from './known-versions.js';

/** What pages reported since the process started, as they reported it: repeated and sampled, for people to look at. */
export interface EventCounts {
  saw(events: readonly CheckedEvent[], uncounted: readonly string[]): void;
  /** A beacon was answered with this status. */
  answered(status: number): void;
  families(): readonly MetricFamily[];
}

interface Loads {
  readonly buckets: Float64Array;
  sumMs: number;
}

/** Every so many buckets there is an edge: 1.46 times the one before. */
const bucketsPerEdge = 8;

export function createEventCounts(versions: KnownVersions): EventCounts {
  const events = new Map<string, { readonly labels: MetricSample['labels']; value: number }>();
  const causes = new Map<string, number>();
  const statuses = new Map<string, number>();
  const loads = new Map<string, { readonly labels: MetricSample['labels']; readonly of: Loads }>();
  const sawOne = ({ app, version, kind, loadMs, cold }: CheckedEvent): void => {
    const labels = { app, version: versions.labelOf(app, version), outcome: kind };
    const counted = events.get(Object.values(labels).join(' ')) ?? { labels, value: 0 };
    events.set(Object.values(labels).join(' '), counted);
    counted.value += 1;
    if (loadMs === undefined) return;
    const timed = { app, version: labels.version, cache: cold === undefined ? 'unknown' : cold ? 'cold' : 'warm' };
    const key = Object.values(timed).join(' ');
    const kept = loads.get(key) ?? { labels: timed, of: { buckets: new Float64Array(histogramBuckets), sumMs: 0 } };
    loads.set(key, kept);
    const bucket = bucketOfValue(loadMs, loadFromMs);
    kept.of.buckets[bucket] = (kept.of.buckets[bucket] ?? 0) + 1;
    kept.of.sumMs += loadMs;
  };
  return {
    saw(reported, uncounted) {
      for (const event of reported) sawOne(event);
      for (const cause of uncounted) causes.set(cause, (causes.get(cause) ?? 0) + 1);
    },
    answered(status) {
      statuses.set(String(status), (statuses.get(String(status)) ?? 0) + 1);
    },
    families: () => [
      {
        name: 'sluice_events_total',
        help: 'Events that pages reported: attempts and outcomes, repeated ones too, outside rollouts a sample.',
        kind: 'counter',
        samples: [...events.values()],
      },
      counter('sluice_uncounted_events_total', 'Events that count nowhere in a rollout, by cause.', 'cause', causes),
      counter('sluice_beacons_total', 'Beacons by the status that they were answered with.', 'status', statuses),
      {
        name: 'sluice_load_seconds',
        help: 'Load times that pages reported, by cache state.',
        kind: 'histogram',
        samples: [...loads.values()].flatMap(({ labels, of }) => histogramSamples(labels, of)),
      },
    ],
  };
}

function counter(name: string, help: string, label: string, counts: ReadonlyMap<string, number>): MetricFamily {
  const samples = [...counts].map(([key, value]) => ({ labels: { [label]: key }, value }));
  return { name, help, kind: 'counter', samples };
}

function histogramSamples(labels: MetricSample['labels'], { buckets, sumMs }: Loads): readonly MetricSample[] {
  const samples: MetricSample[] = [];
  let below = 0;
  for (const [bucket, count] of buckets.entries()) {
    below += count;
    // What lies beyond the last bucket is counted in it: it has no edge.
    if (bucket % bucketsPerEdge !== 0 || bucket === histogramBuckets - 1) continue;
    const le = String(Number((bucketEdge(bucket, loadFromMs) / 1000).toPrecision(4)));
    samples.push({ suffix: '_bucket', labels: { ...labels, le }, value: below });
  }
  return [
    ...samples,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: below },
    { suffix: '_sum', labels, value: sumMs / 1000 },
    { suffix: '_count', labels, value: below },
  ];
}
