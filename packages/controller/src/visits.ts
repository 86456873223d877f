import type { AppId, PlatformIndex } from '@sluice/core';
import type { PlatformApp } from './platform.js';

/** Which apps a tick looks at. */
export interface Visits {
  next(index: PlatformIndex | undefined): readonly PlatformApp[];
  /** Apps that run or wait: they are looked at in every tick. */
  sawBusy(apps: readonly AppId[]): void;
}

/** Idle apps have nothing to decide: of many, a tick looks at so many, in turn. */
const idleATick = 500;

export function createVisits(apps: readonly PlatformApp[]): Visits {
  let busy: ReadonlySet<string> = new Set();
  let from = 0;
  return {
    next(index) {
      if (apps.length <= idleATick) return apps;
      const always: PlatformApp[] = [];
      const idle: PlatformApp[] = [];
      for (const app of apps) {
        const name = app.place.app;
        const onTrial = (index?.apps[name]?.canaryVersion ?? null) !== null;
        (onTrial || busy.has(name) ? always : idle).push(app);
      }
      const turn = Array.from({ length: Math.min(idleATick, idle.length) }, (_, i) => idle[(from + i) % idle.length]);
      from += idleATick;
      return [...always, ...turn.filter((app) => app !== undefined)];
    },
    sawBusy(names) {
      busy = new Set(names);
    },
  };
}
