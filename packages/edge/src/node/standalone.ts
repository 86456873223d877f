import { randomBytes } from 'node:crypto';
import { rereadSigner } from './keys.js';
import { createNodeEdge, type NodeEdgeOptions } from './node-edge.js';

// The Node edge in one file, for a machine without packages. `SLUICE` is written above this by `sluice edge build`.
declare const SLUICE: Omit<NodeEdgeOptions, 'newId' | 'now' | 'signer'> & {
  /** The file of the keys. */
  readonly keys?: string;
};

const { keys, ...options } = SLUICE;
const onProblem = (problem: string): void => {
  process.stderr.write(`edge: ${problem}\n`);
};
const edge = await createNodeEdge({
  ...options,
  signer: keys === undefined ? undefined : rereadSigner({ path: keys, now: Date.now, onProblem }),
  newId: () => randomBytes(16).toString('hex'),
  now: Date.now,
  onProblem,
});
process.stdout.write(`edge ${edge.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void edge.close();
  });
}
