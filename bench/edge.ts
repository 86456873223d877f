import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { njs } from '@sluice/peers';
import { viewerRequestInNjs } from './edge/in-njs.js';

// `npm run bench -- edge`: what a decision costs, in V8 and by CloudFront's function in njs, in CPU time: a busy machine
// does not change that much.
const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = join(root, '.sluice', 'bench', 'decision.mjs');
await build({
  entryPoints: [join(root, 'bench', 'edge', 'decision.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['source'],
  outfile,
  logLevel: 'warning',
});
const { stdout } = await promisify(execFile)(process.execPath, [outfile]);
console.log(`decision in V8            ${Number(stdout).toFixed(2)} µs CPU   goal 0.4`);
if (njs.missing !== undefined) console.log(`viewer-request in njs     not measured: ${njs.missing}`);
else console.log(`viewer-request in njs     ${(await viewerRequestInNjs()).toFixed(0)} µs CPU   goal 30`);
console.log('against other edges and flag libraries: not measured, this part does not exist yet');
