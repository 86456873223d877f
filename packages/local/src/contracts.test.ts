import { slotJournalContract, storeContract } from '@sluice/contracts';
import { afterEach } from 'vitest';
import { aPlace } from './folder.fixture.js';
import { createFolderJournal, createFolderStore, createMemoryJournal, createMemoryStore } from './index.js';

const place = aPlace();
afterEach(place.clean);

storeContract({ name: 'memory', create: () => Promise.resolve(createMemoryStore()) });
storeContract({
  name: 'folder',
  create: async () => createFolderStore({ root: await place.store() }),
  deviations: [
    {
      test: 'keeps an object whose key is also the folder of others',
      reason: 'a file system has no file that is a folder as well; the second of the two is refused',
    },
  ],
});
slotJournalContract({ name: 'memory', create: () => Promise.resolve(createMemoryJournal()) });
slotJournalContract({ name: 'folder', create: async () => createFolderJournal({ root: await place.folder() }) });
