import type { AppId, Pointer, Router } from '@sluice/core';

/** A router in memory, for tests and simulations; passes the same contract as the others. */
export function createMemoryRouter(name: string): Router {
  const entries = new Map<AppId, Pointer>();
  return {
    name,
    route: async (app, pointer) => {
      const before = entries.get(app)?.generation ?? -1;
      if (pointer.generation === undefined || pointer.generation >= before) entries.set(app, structuredClone(pointer));
      return Promise.resolve();
    },
    served: async (app) => Promise.resolve(entries.get(app)),
  };
}
