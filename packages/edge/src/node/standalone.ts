import { randomBytes } from 'node:crypto';
import { createNodeEdge, type NodeEdgeOptions } from './node-edge.js';

// The Node edge in one file, for a machine without packages. `SLUICE` is written above this by `sluice edge build`.
declare const SLUICE: Omit<NodeEdgeOptions, 'newId' | 'now'>;

const edge = await createNodeEdge({
  ...SLUICE,
  newId: () => randomBytes(16).toString('hex'),
  now: Date.now,
  onProblem: (problem) => {
    process.stderr.write(`edge: ${problem}\n`);
  },
});
process.stdout.write(`edge ${edge.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void edge.close();
  });
}
