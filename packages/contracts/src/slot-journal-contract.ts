import { DeliveryError, type SlotJournal } from '@sluice/core';
import { describe, expect, it } from 'vitest';

export interface SlotJournalContract {
  readonly name: string;
  /** A new, empty journal. */
  readonly create: () => Promise<SlotJournal>;
}

/** What every journal must keep. */
export function slotJournalContract({ name, create }: SlotJournalContract): void {
  describe(`slot journal contract: ${name}`, () => {
    it('has no lines of a rollout that was never written', async () => {
      expect(await (await create()).read('r1')).toEqual([]);
    });

    it('keeps the lines of each rollout apart and in order', async () => {
      const journal = await create();
      await journal.append('r1', '{"id":1}');
      await journal.append('r2', '{"id":1,"other":true}');
      await journal.append('r1', '{"id":2}');
      expect(await journal.read('r1')).toEqual(['{"id":1}', '{"id":2}']);
      expect(await journal.read('r2')).toEqual(['{"id":1,"other":true}']);
    });

    it.each(['../r1', 'a/b', '', '.hidden', 'a\0'])('refuses the rollout id %j', async (id) => {
      const journal = await create();
      await expect(journal.append(id, 'x')).rejects.toThrow(DeliveryError);
    });
  });
}
