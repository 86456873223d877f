import { parseAppId, parseVersionId } from '@sluice/core';
import type { CheckedEvent } from '@sluice/schema';
import { expect, it } from 'vitest';
import { createEventCounts } from './event-counts.js';
import { expositionText } from './exposition.js';
import { createKnownVersions } from './known-versions.js';

function event(more: Partial<CheckedEvent> & { readonly named?: string } = {}): CheckedEvent {
  const { named = 'v1.0.0', ...rest } = more;
  const app = parseAppId('mfe1');
  const version = parseVersionId(named);
  if (app === undefined || version === undefined) throw new TypeError('names');
  return { kind: 'ok', app, version, reason: 'bucket', ageMs: 0, ...rest };
}

it('counts events by app, version and outcome; versions that nobody knows are one', () => {
  const versions = createKnownVersions();
  versions.know('mfe1', ['v1.0.0', 'v1.1.0']);
  const counts = createEventCounts(versions);
  counts.saw([event(), event(), event({ kind: 'failed', named: 'v1.1.0' })], ['late', 'late', 'mismatch']);
  for (let i = 0; i < 100; i += 1) counts.saw([event({ named: `v9.9.${String(i)}` })], []);
  counts.answered(204);
  const lines = expositionText(counts.families()).split('\n');
  expect(lines).toContain('sluice_events_total{app="mfe1",version="v1.0.0",outcome="ok"} 2');
  expect(lines).toContain('sluice_events_total{app="mfe1",version="v1.1.0",outcome="failed"} 1');
  expect(lines).toContain('sluice_events_total{app="mfe1",version="other",outcome="ok"} 100');
  expect(lines).toContain('sluice_uncounted_events_total{cause="late"} 2');
  expect(lines).toContain('sluice_beacons_total{status="204"} 1');
  expect(lines.filter((line) => line.startsWith('sluice_events_total'))).toHaveLength(3);
});

it('has load times by cache state in a histogram whose buckets add up', () => {
  const versions = createKnownVersions();
  versions.know('mfe1', ['v1.0.0']);
  const counts = createEventCounts(versions);
  const loads = [0, 5, 10, 11, 900, 44_000, 1e7];
  counts.saw(
    [
      ...loads.map((loadMs) => event({ loadMs, cold: true })),
      event({ loadMs: 50, cold: false }),
      event({ loadMs: 50 }),
    ],
    [],
  );
  const lines = expositionText(counts.families()).split('\n');
  const of = (start: string): readonly number[] =>
    lines.filter((line) => line.startsWith(start)).map((line) => Number(line.split(' ').at(-1)));
  const buckets = of('sluice_load_seconds_bucket{app="mfe1",version="v1.0.0",cache="cold"');
  expect(buckets[0]).toBe(3);
  expect(buckets.at(-1)).toBe(loads.length);
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(of('sluice_load_seconds_count{app="mfe1",version="v1.0.0",cache="warm"')).toEqual([1]);
  expect(of('sluice_load_seconds_count{app="mfe1",version="v1.0.0",cache="unknown"')).toEqual([1]);
  expect(of('sluice_load_seconds_sum{app="mfe1",version="v1.0.0",cache="cold"')[0]).toBeCloseTo(10_044.926, 6);
});

it('forgets the version that was not named for longest, beyond twenty', () => {
  const versions = createKnownVersions();
  for (let i = 0; i < 25; i += 1) versions.know('mfe1', ['v1.0.0', `v2.0.${String(i)}`]);
  expect(versions.labelOf('mfe1', 'v1.0.0')).toBe('v1.0.0');
  expect(versions.labelOf('mfe1', 'v2.0.24')).toBe('v2.0.24');
  expect(versions.labelOf('mfe1', 'v2.0.0')).toBe('other');
  expect(versions.labelOf('mfe2', 'v1.0.0')).toBe('other');
});
