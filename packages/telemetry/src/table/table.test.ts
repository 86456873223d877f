import { createMemoryJournal } from '@sluice/local';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTelemetry } from '../index.js';
import { createMemoryTable } from './memory-table.fixture.js';
import { happenings, slotsOfSequence, type FedSource } from './sequences.fixture.js';
import { createTableIngest } from './table-ingest.js';
import { createTableSource } from './table-source.js';

const inProcess = (now: () => number): FedSource => {
  const telemetry = createTelemetry({ journal: createMemoryJournal(), now, sampleRate: 0.01 });
  return { source: telemetry, ingest: (beacon, from) => telemetry.ingest(beacon, from) };
};

const inTable = (now: () => number): FedSource => {
  const table = createMemoryTable();
  const { ingest } = createTableIngest({ table, freshMs: 0 });
  return { source: createTableSource({ table, now }), ingest };
};

describe('counting in a table', () => {
  it('gives the same slots as counting in one process, for any sequence of events, weights and ticks', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (sequence) => {
        expect(await slotsOfSequence(sequence, inTable)).toEqual(await slotsOfSequence(sequence, inProcess));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
