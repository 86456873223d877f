import {
  happenings,
  slotsOfSequence,
  telemetrySourceContract,
  type CountingSource,
  type Happening,
} from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingInProcess, countingInTable } from '../counting.fixture.js';
import { createMemoryTable } from './memory-table.fixture.js';

const inTable = async (): Promise<CountingSource> => countingInTable({ table: createMemoryTable() });

telemetrySourceContract({ name: 'table in memory', create: inTable });

describe('counting in a table', () => {
  it('gives the same slots as counting in one process, for any sequence of events, weights and ticks', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (sequence) => {
        expect(await slotsOfSequence(sequence, inTable)).toEqual(await slotsOfSequence(sequence, countingInProcess));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('counts a subject once while an older weight is still being counted, which it once forgot', async () => {
    const says = (page: number, more: Partial<Happening & { kind: 'event' }> = {}): Happening =>
      ({ kind: 'event', afterMs: 0, page, says: 'attempt', ageMs: 0, detail: 0, behind: 0, ...more }) as const;
    const sequence: readonly Happening[] = [
      says(1, { says: 'ok' }),
      says(0, { afterMs: 9255 }),
      says(0, { afterMs: 1494 }),
      { kind: 'turn', afterMs: 12_000, weightBp: 1000 },
      says(17, { afterMs: 7200 }),
      says(1, { afterMs: 5000, ageMs: 22_000, behind: 1 }),
    ];
    expect(await slotsOfSequence(sequence, inTable)).toEqual(await slotsOfSequence(sequence, countingInProcess));
  });
});
