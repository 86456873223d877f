import type { SlotJournal } from '@sluice/core';
import { describe, expect } from 'vitest';
import { suiteWith, type Deviation } from './deviation.js';

export interface SlotJournalContract {
  readonly name: string;
  /** A new, empty journal. */
  readonly create: () => Promise<SlotJournal>;
  readonly deviations?: readonly Deviation[];
}

const badIds = ['../r1', 'a/b', 'a\\b', '', '.', '..', '.hidden', 'a\0', 'x'.repeat(300)];

/** What every journal must keep. */
export function slotJournalContract({ name, create, deviations = [] }: SlotJournalContract): void {
  const { test, end } = suiteWith(deviations);
  describe(`slot journal contract: ${name}`, () => {
    test('has no lines of a rollout that was never written', async () => {
      expect(await (await create()).read('r1')).toEqual([]);
    });

    test('keeps the lines of each rollout apart and in order', async () => {
      const journal = await create();
      await journal.append('r1', '{"id":1}');
      await journal.append('r2', '{"id":1,"other":true}');
      await journal.append('r1', '{"id":2,"name":"é 日本"}');
      expect(await journal.read('r1')).toEqual(['{"id":1}', '{"id":2,"name":"é 日本"}']);
      expect(await journal.read('r2')).toEqual(['{"id":1,"other":true}']);
    });

    test('keeps every one of 50 lines that are appended at once, whole', async () => {
      const journal = await create();
      const lines = Array.from({ length: 50 }, (_, i) => JSON.stringify({ id: i, filler: 'x'.repeat(i * 100) }));
      await Promise.all(lines.map((line) => journal.append('r1', line)));
      expect(await journal.read('r1')).toEqual(lines);
    });

    test('refuses a line with a line break in it and keeps the others', async () => {
      const journal = await create();
      await journal.append('r1', 'one');
      for (const line of ['a\nb', 'a\n', '\n', 'a\rb']) {
        await expect(journal.append('r1', line)).rejects.toMatchObject({ name: 'DeliveryError', code: 'usage' });
      }
      expect(await journal.read('r1')).toEqual(['one']);
    });

    test('gives a list that later lines do not change', async () => {
      const journal = await create();
      await journal.append('r1', 'one');
      const before = await journal.read('r1');
      await journal.append('r1', 'two');
      expect(before).toEqual(['one']);
    });

    for (const id of badIds) {
      test(`refuses the rollout id ${JSON.stringify(id.slice(0, 20))}`, async () => {
        const journal = await create();
        const refusal = { name: 'DeliveryError', code: 'usage' };
        await expect(journal.append(id, 'x')).rejects.toMatchObject(refusal);
        await expect(journal.read(id)).rejects.toMatchObject(refusal);
      });
    }
    end();
  });
}
