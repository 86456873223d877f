import type { Peer } from './peer.js';

/** The one-sided quantile of 1 %: the same alpha as Sluice's. */
const z = 2.3263478740408408;

/** The textbook's test of two proportions on all counts so far, looked at every 10 s as if each look were the only one. */
export const zTestPeer: Peer = {
  name: 'z-test, peeked',
  rule: 'two proportions, one-sided 1 %, looked at every 10 s',
  source: 'any textbook; why peeking breaks it: Johari, Pekelis & Walsh, Always Valid Inference, 2015',
  start() {
    let [nc, ec, nb, eb] = [0, 0, 0, 0];
    return ({ canary, baseline }) => {
      nc += canary.sessions;
      ec += canary.failed;
      nb += baseline.sessions;
      eb += baseline.failed;
      if (nc === 0 || nb === 0 || ec + eb === 0) return false;
      const both = (ec + eb) / (nc + nb);
      return ec / nc - eb / nb > z * Math.sqrt(both * (1 - both) * (1 / nc + 1 / nb));
    };
  },
};
