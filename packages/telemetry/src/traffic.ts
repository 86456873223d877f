/** Sessions per second of each app over the last minute, from attempts that were all sent or only sampled. */
export interface Traffic {
  saw(app: string, weight: number, nowMs: number): void;
  /** Undefined before the first whole second. */
  perSecond(app: string, nowMs: number): number | undefined;
}

const windowS = 60;

export function createTraffic(): Traffic {
  const perApp = new Map<string, { counts: Float64Array; stamps: Float64Array; firstS: number }>();
  return {
    saw(app, weight, nowMs) {
      const second = Math.floor(nowMs / 1000);
      const seen = perApp.get(app) ?? {
        counts: new Float64Array(windowS),
        stamps: new Float64Array(windowS),
        firstS: second,
      };
      perApp.set(app, seen);
      const at = second % windowS;
      if (seen.stamps[at] !== second) {
        seen.stamps[at] = second;
        seen.counts[at] = 0;
      }
      seen.counts[at] = (seen.counts[at] ?? 0) + weight;
    },
    perSecond(app, nowMs) {
      const seen = perApp.get(app);
      const second = Math.floor(nowMs / 1000);
      if (seen === undefined || second <= seen.firstS) return undefined;
      let sum = 0;
      for (let i = 0; i < windowS; i += 1) {
        const stamp = seen.stamps[i] ?? 0;
        if (stamp < second && stamp >= second - windowS) sum += seen.counts[i] ?? 0;
      }
      return sum / Math.min(windowS, second - seen.firstS);
    },
  };
}
