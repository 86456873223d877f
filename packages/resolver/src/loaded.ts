import type { PageDecision } from './decide.js';
import { versionToLoad } from './fallen-back.js';
import { pageState, type Loaded } from './page-state.js';

/** The app as this page loads it: begun with the decided version, or with stable where that failed here before. */
export function loadedApp(decision: PageDecision): Loaded {
  const { app, stable } = decision;
  const { loaded } = pageState();
  const first = versionToLoad(decision);
  const made: Loaded = loaded.get(app) ?? {
    app,
    stable,
    first,
    version: first,
    startMs: performance.now(),
    phase: 'manifest',
    listeners: new Set(),
    fallBack() {
      if (made.version !== stable) {
        made.version = stable;
        for (const listener of made.listeners) listener();
      }
      return first !== stable;
    },
  };
  loaded.set(app, made);
  return made;
}
