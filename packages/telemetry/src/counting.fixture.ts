import type { CountingSource, Told } from '@sluice/contracts';
import { createMemoryJournal } from '@sluice/local';
import type { CheckedBeacon } from '@sluice/schema';
import { createTableIngest, createTableSource, createTelemetry, type SessionTable } from './index.js';

const countingFromMs = 1_800_000_000_000;

export function beaconOf({ page, event }: Told): CheckedBeacon {
  return { schema: 1, page, versions: {}, events: [event] };
}

export async function countingInProcess(): Promise<CountingSource> {
  let nowMs = countingFromMs;
  const journal = createMemoryJournal();
  const again = () => createTelemetry({ journal, now: () => nowMs, sampleRate: 0.01 });
  const telemetry = again();
  return {
    source: telemetry,
    tell: async (told) => {
      telemetry.ingest(beaconOf(told), { subject: told.subject, nowMs });
    },
    pass: async (ms) => {
      nowMs += ms;
    },
    again,
  };
}

/** Counted by one process, summed up by others. */
export function countingInTable({ table }: { readonly table: SessionTable }): CountingSource {
  let nowMs = countingFromMs;
  const ingestion = createTableIngest({ table, freshMs: 0 });
  const again = () => createTableSource({ table, now: () => nowMs });
  return {
    source: again(),
    tell: async (told) => {
      await ingestion.ingest(beaconOf(told), { subject: told.subject, nowMs });
    },
    pass: async (ms) => {
      nowMs += ms;
    },
    again,
  };
}
