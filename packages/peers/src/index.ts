/**
 * Programs that we did not write, for tests. `npm test` installs them; where one is missing its tests are skipped,
 * counted as skipped, and say what they need.
 *
 *   import { describeWith, moto } from '@sluice/peers';
 *   describeWith([moto], 'a store in S3', () => {
 *     let peer: RunningPeer;
 *     beforeAll(async () => { peer = await moto.start(); });
 *   });
 */
export { awsCli } from './aws-cli.js';
export { describeWith } from './describe-with.js';
export { nginx, njs, type Needed } from './edge-programs.js';
export { ministack, moto, peerCredentials, versitygw, type Peer, type RunningPeer } from './peer.js';
export { freePort } from './free-port.js';
export { prometheus } from './prometheus.js';
export { startFaultyProxy, type Fate, type FaultyProxy, type SeenRequest } from './faulty-proxy.js';
export { programOf } from './installed.js';
