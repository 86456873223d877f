/**
 * Stores in memory and in a folder.
 *
 *   import { createMemoryStore } from '@sluice/local';
 *   const store = createMemoryStore();
 *   await store.write('mfe1/active-version.json', bytes, { kind: 'absent' });
 */
export { createMemoryStore } from './memory-store.js';
