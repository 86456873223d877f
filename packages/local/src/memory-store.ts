import type { ListedObject, Store, StoredObject, WriteCondition, WriteResult } from '@sluice/core';
import { canBeginStoreKey, checkStoreKey } from '@sluice/core';
import { etagOf } from './etag.js';

/** A store in memory: for tests and simulations; passes the same contract as the folder. */
export function createMemoryStore(): Store {
  const objects = new Map<string, StoredObject>();
  // Asynchronous, so that a refusal is a rejected promise here as in every other store.
  return {
    read: async (key) => {
      const found = objects.get(checkStoreKey(key));
      return Promise.resolve(found && { ...found, bytes: found.bytes.slice() });
    },
    write: async (key, bytes, condition) => {
      checkStoreKey(key);
      if (!holds(objects.get(key), condition)) return Promise.resolve<WriteResult>({ kind: 'conflict' });
      const etag = etagOf(bytes);
      objects.set(key, { bytes: bytes.slice(), etag });
      return Promise.resolve<WriteResult>({ kind: 'written', etag });
    },
    list: async (prefix) => {
      const listed: ListedObject[] = [];
      for (const [key, object] of canBeginStoreKey(prefix) ? objects : []) {
        if (key.startsWith(prefix)) listed.push({ key, size: object.bytes.length });
      }
      return Promise.resolve(listed.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    },
    remove: async (key) => {
      objects.delete(checkStoreKey(key));
      return Promise.resolve();
    },
  };
}

/** Whether a write may happen over what is there. */
export function holds(present: { readonly etag: string } | undefined, condition: WriteCondition | undefined): boolean {
  switch (condition?.kind) {
    case undefined:
      return true;
    case 'absent':
      return present === undefined;
    case 'matches':
      return present?.etag === condition.etag;
  }
}
