import { everyPeriod, type Peer } from './peer.js';

/**
 * Flagger's documented check (docs.flagger.app, Metrics Analysis): success rate of the canary at least 99 % over 1
 * minute, every minute; 5 failed checks take it back. The counter is never set back by a check that passes; a minute
 * without any request is a failed check (fluxcd/flagger, scheduler).
 */
export const flaggerPeer: Peer = {
  name: 'Flagger',
  rule: 'success rate of the canary below 99 % in 1 min, 5 times',
  source: 'https://fluxcd.io/flagger/usage/metrics',
  start() {
    let failedChecks = 0;
    return everyPeriod(60_000, ({ canary }) => {
      const passes = canary.sessions > 0 && canary.failed <= 0.01 * canary.sessions;
      if (!passes) failedChecks += 1;
      return failedChecks >= 5;
    });
  },
};
