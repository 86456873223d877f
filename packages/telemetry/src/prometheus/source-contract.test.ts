import { telemetrySourceContract, type CountingSource } from '@sluice/contracts';
import { createMemoryJournal } from '@sluice/local';
import { afterEach } from 'vitest';
import { beaconOf } from '../counting.fixture.js';
import { besideOwnCounters, countingSlots, createSlotCounts, createTelemetry } from '../index.js';
import { someEndpoints } from '../web/endpoint.fixture.js';
import { aPrometheusWorld } from './prometheus.fixture.js';

const endpoints = someEndpoints();
afterEach(endpoints.clean);

/** One process that counts and is scraped every second, in front of a Prometheus that answers over HTTP. */
async function scrapedByPrometheus(): Promise<CountingSource> {
  const world = await aPrometheusWorld(endpoints.start);
  await world.source.watch([]);
  const telemetry = createTelemetry({ journal: createMemoryJournal(), now: () => world.nowMs, sampleRate: 0.01 });
  const counts = createSlotCounts();
  const instance = world.instance('a:1', counts);
  const own = countingSlots(telemetry, counts);
  const source = besideOwnCounters(world.source, own);
  return {
    source,
    tell: async (told) => {
      telemetry.ingest(beaconOf(told), { subject: told.subject, nowMs: world.nowMs });
    },
    pass: async (ms) => {
      for (const untilMs = world.nowMs + ms; world.nowMs < untilMs;) {
        world.nowMs = Math.min(untilMs, world.nowMs + 1000);
        await own.closedSlots('r1', 0);
        instance.scraped();
      }
    },
    again: () => world.another(),
  };
}

const scraped =
  'counters are scraped when the slots of each process close: windows are not slots of sessions by their start';
telemetrySourceContract({
  name: 'Prometheus',
  create: scrapedByPrometheus,
  deviations: [
    { test: 'closes a slot when it has ended and its outcomes are in, and not before', reason: scraped },
    { test: 'a slot grows by whole base slots while an arm is unseen', reason: scraped },
    { test: 'tells the errors that failed sessions have in common', reason: 'there are no counters of errors' },
    {
      test: "counts the application's own metrics, once a session",
      reason: 'there are no counters of them; a configuration with both is refused',
    },
  ],
});
