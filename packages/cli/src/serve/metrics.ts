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

/** Everything that `/metrics` tells of this process. */
export interface ServedMetrics {
  /** The same telemetry, counted as it passes. */
  readonly telemetry: Telemetry;
  readonly gauges: RolloutGauges;
  readonly sawUnits: (units: readonly UnitState[]) => void;
  readonly handling: (handle: (request: MetricsRequest) => MetricsAnswer) => (request: MetricsRequest) => MetricsAnswer;
  readonly text: () => string;
}

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
    handling: (handle) => (request) => {
      const answer = handle(request);
      events.answered(answer.status);
      return answer;
    },
    text: () => expositionText([startTime, ...gauges.families(now()), ...slots.families(), ...events.families()]),
  };
}
