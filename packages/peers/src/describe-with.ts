import { describe } from 'vitest';
import type { Peer } from './peer.js';

/** A part of the suite that needs peers: run where all are there, else listed as skipped with the reason. */
export function describeWith(peers: readonly Peer[], title: string, body: () => void): void {
  const missing = peers.find((peer) => peer.missing !== undefined)?.missing;
  describe.skipIf(missing !== undefined)(missing === undefined ? title : `${title} (not run: ${missing})`, body);
}
