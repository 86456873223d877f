import type { AppId } from '@sluice/core';

/** Answers of one app since they were last taken. */
interface CountedRequests {
  readonly app: AppId;
  readonly total: number;
  readonly status4xx: number;
  readonly status5xx: number;
}

export interface RequestCounts {
  count(app: AppId, status: number): void;
  /** What was counted since it was last asked. */
  take(): readonly CountedRequests[];
}

export function createRequestCounts(): RequestCounts {
  let counts = new Map<AppId, { total: number; status4xx: number; status5xx: number }>();
  return {
    count(app, status) {
      const one = counts.get(app) ?? { total: 0, status4xx: 0, status5xx: 0 };
      counts.set(app, one);
      one.total += 1;
      if (status >= 500) one.status5xx += 1;
      else if (status >= 400) one.status4xx += 1;
    },
    take() {
      const taken = [...counts].map(([app, one]) => ({ app, ...one }));
      counts = new Map();
      return taken;
    },
  };
}
