/**
 * Rollouts simulated by the thousand, decided by the real reducer and analysis.
 *
 *   import { simulateRollout, usualScenario } from '@sluice/simulate';
 *   const scenario = usualScenario({ plan, sessionsPerSecond: 10, errorRate: 0.005 });
 *   simulateRollout(scenario, { seed: 1, run: 0 }).outcome; // 'promoted'
 */
export {
  noDefect,
  usualLoads,
  usualScenario,
  type Defect,
  type Incident,
  type LoadTimes,
  type Scenario,
  type Users,
} from './model/scenario.js';
export { simulateRollout, type Run, type RunOptions } from './model/simulate-rollout.js';
export { peers, simulatePeers, type PeerRun } from './peers/simulate-peers.js';
export type { Peer, Reading, Watcher } from './peers/peer.js';
export { createRandom, type Random } from './random/random.js';
export { frequency, type Frequency } from './summary/interval.js';
export { spreadOf, summarise, summarisePeer, type PeerSummary, type Spread, type Summary } from './summary/summary.js';
