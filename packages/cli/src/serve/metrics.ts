import { createRolloutGauges, type RolloutGauges, type UnitState } from '@sluice/controller';
import {
  countingSlots,
  createEventCounts,
  createKnownVersions,
  createSlotCounts,
  expositionText,
  startTimeName,
  type MetricFamily,
  type MetricsAnswer,
  type MetricsRequest,
  type Telemetry,
} from '@sluice/telemetry';
import type { CountingTable } from './counting-table.js';

/** Everything that `/metrics` tells of this process. */
export interface ServedMetrics {
  /** The same telemetry, counted as it passes. */
  readonly telemetry: Telemetry;
  readonly gauges: RolloutGauges;
  readonly sawUnits: (units: readonly UnitState[]) => void;
  readonly handling: (handle: Handle) => (request: MetricsRequest) => Promise<MetricsAnswer>;
  /** Counting elsewhere than in this process, counted as it passes as well. */
  readonly elsewhere: (table: CountingTable) => CountingTable;
  readonly text: () => string;
}

type Handle = (request: MetricsRequest) => MetricsAnswer | Promise<MetricsAnswer>;

export function createServedMetrics(telemetry: Telemetry, now: () => number): ServedMetrics {
  const versions = createKnownVersions();
  const events = createEventCounts(versions);
  const slots = createSlotCounts();
  const gauges = createRolloutGauges();
  const startTime: MetricFamily = {
    name: startTimeName,
    help: 'When this process started, in seconds since 1970: counters began at zero then.',
    kind: 'gauge',
    samples: [{ labels: {}, value: now() / 1000 }],
  };
  return {
    telemetry: {
      ...telemetry,
      ...countingSlots(telemetry, slots),
      ingest(beacon, from) {
        const ingested = telemetry.ingest(beacon, from);
        events.saw(beacon.events, ingested.uncounted);
        return ingested;
      },
    },
    gauges,
    sawUnits(units) {
      gauges.saw(units);
      for (const { record, pointer } of units.flatMap(({ members }) => members)) {
        const named = [pointer?.version, pointer?.canaryVersion].filter((version) => typeof version === 'string');
        versions.know(record.app, named);
      }
    },
    handling: (handle) => async (request) => {
      const answer = await handle(request);
      events.answered(answer.status);
      return answer;
    },
    elsewhere: ({ source, ingest }) => ({
      source: countingSlots(source, slots),
      ingest: async (beacon, from) => {
        const ingested = await ingest(beacon, from);
        events.saw(beacon.events, ingested.uncounted);
        return ingested;
      },
    }),
    text: () => expositionText([startTime, ...gauges.families(now()), ...slots.families(), ...events.families()]),
  };
}
