import { shiftOf } from './mann-whitney.js';
import { everyPeriod, type Peer } from './peer.js';

/** Of the two-sided level 0.98. */
const z = 2.3263478740408408;
const tolerance = 0.25;
const fewest = 10;

/**
 * Kayenta's default judge (NetflixACAJudge): the failure rate of each minute is a value; the canary is High, and fails,
 * where the interval of the Mann-Whitney shift at 98 % lies above a quarter of the Hodges-Lehmann estimate. Minutes
 * without sessions are left out. Judged every minute over all minutes so far, from the tenth on.
 */
export const kayentaPeer: Peer = {
  name: 'Kayenta',
  rule: 'Mann-Whitney on the failure rate of each minute, 98 %, tolerance 0.25, judged every minute from the tenth',
  source: 'https://spinnaker.io/docs/guides/user/canary/judge/',
  start() {
    const canaries: number[] = [];
    const baselines: number[] = [];
    return everyPeriod(60_000, ({ canary, baseline }) => {
      if (canary.sessions > 0) canaries.push(canary.failed / canary.sessions);
      if (baseline.sessions > 0) baselines.push(baseline.failed / baseline.sessions);
      if (canaries.length < fewest || baselines.length < fewest) return false;
      const { lower, estimate } = shiftOf(canaries, baselines, z);
      return lower > tolerance * Math.abs(estimate);
    });
  },
};
