/**
 * Stores in memory and in a folder.
 *
 *   import { createFolderStore, initFolderStore } from '@sluice/local';
 *   await initFolderStore({ root: '.sluice/store' });
 *   const store = await createFolderStore({ root: '.sluice/store' });
 */
export { createFolderStore, initFolderStore } from './folder-store.js';
export { createFolderJournal, createMemoryJournal } from './journal.js';
export { createMemoryStore } from './memory-store.js';
