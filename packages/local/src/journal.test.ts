import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aPlace } from './folder.fixture.js';
import { createFolderJournal } from './index.js';

const place = aPlace();
afterEach(place.clean);

describe('a journal in a folder', () => {
  it.each(['{"id":2,"to', '{', '{"id":2}', 'é'.repeat(3000)])(
    'cuts off the line that a crash tore at %j before it appends the next one',
    async (torn) => {
      const root = await place.folder();
      const journal = createFolderJournal({ root });
      await journal.append('r1', '{"id":1}');
      await writeFile(join(root, 'r1.jsonl'), `{"id":1}\n${torn}`);
      expect(await journal.read('r1')).toEqual(['{"id":1}']);
      await journal.append('r1', '{"id":2}');
      expect(await readFile(join(root, 'r1.jsonl'), 'utf8')).toBe('{"id":1}\n{"id":2}\n');
    },
  );

  it('starts anew where a crash left nothing but a torn line', async () => {
    const root = await place.folder();
    await writeFile(join(root, 'r1.jsonl'), '{"id"');
    const journal = createFolderJournal({ root });
    expect(await journal.read('r1')).toEqual([]);
    await journal.append('r1', '{"id":1}');
    expect(await journal.read('r1')).toEqual(['{"id":1}']);
  });

  it('is read by another journal on the same folder', async () => {
    const root = await place.folder();
    await createFolderJournal({ root: join(root, 'deep/er') }).append('r1', 'one');
    expect(await createFolderJournal({ root: join(root, 'deep/er') }).read('r1')).toEqual(['one']);
  });
});
