import type { ArmCounts } from '@sluice/core';
import { everyPeriod, type Peer } from './peer.js';

const source = 'https://argo-rollouts.readthedocs.io/en/stable/features/analysis/';
const fiveMinutes = 300_000;
/** "If there are three such measurements, the analysis is considered failed." */
const failures = 3;

/** The example of Argo Rollouts' documentation (Analysis, Background Analysis): below 95 % in 5 minutes, three times. */
export const argoPeer: Peer = {
  name: 'Argo Rollouts, 95 %',
  rule: 'success rate of the canary below 95 % in 5 min, 3 times',
  source,
  start: () => failing(({ canary }) => canary.sessions > 0 && canary.failed > 0.05 * canary.sessions),
};

/** The same example with a condition that compares: the canary fails more than twice as often as stable. */
export const argoRelativePeer: Peer = {
  name: 'Argo Rollouts, 2×',
  rule: 'canary fails more than twice as often as stable in 5 min, 3 times',
  source,
  start: () => failing(({ canary, baseline }) => rate(canary) > 2 * rate(baseline)),
};

function failing(fails: (period: { readonly canary: ArmCounts; readonly baseline: ArmCounts }) => boolean) {
  let failed = 0;
  return everyPeriod(fiveMinutes, (period) => {
    if (fails(period)) failed += 1;
    return failed >= failures;
  });
}

function rate({ sessions, failed }: ArmCounts): number {
  return sessions === 0 ? 0 : failed / sessions;
}
