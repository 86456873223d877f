import { parseAppId, parseVersionId } from '@sluice/core';
import { decideInPage, type PageDecision } from './page-decision.js';
import { loadPointers, type PagePointers } from './pointers.js';
import { subject } from './subject.js';

/** The decisions of this page: all apps together, once, and pinned. */
export interface Decisions {
  readonly made: ReadonlyMap<string, PageDecision>;
  readonly started: Promise<PagePointers>;
  /** Undefined for an app that Sluice does not know. */
  of(app: string): Promise<PageDecision | undefined>;
}

export function createDecisions(options: {
  readonly indexUrl: string;
  readonly timeoutMs: number;
  readonly defaults: Readonly<Record<string, string>>;
}): Decisions {
  const made = new Map<string, PageDecision>();
  const started = loadPointers({ ...options, now: Date.now }).then((pointers) => {
    const who = subject();
    for (const [app, pointer] of pointers.apps) made.set(app, decideInPage(app, pointer, who));
    return pointers;
  });

  function fromDefaults(app: string): PageDecision | undefined {
    const version = parseVersionId(options.defaults[app]);
    return version && { app, version, stable: version, arm: 'stable', reason: 'error', percent: 0 };
  }

  return {
    made,
    started,
    async of(app) {
      const pointers = await started;
      const known = made.get(app);
      if (known !== undefined || parseAppId(app) === undefined) return known;
      const pointer = await pointers.single(app);
      // Another call may have decided in the meantime; one decision per page.
      const one = made.get(app) ?? (pointer ? decideInPage(app, pointer, subject()) : fromDefaults(app));
      if (one !== undefined) made.set(app, one);
      return one;
    },
  };
}
