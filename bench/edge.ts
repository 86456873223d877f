import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { njs } from '@sluice/peers';
import { viewerRequestInNjs, viewerResponseInNjs } from './edge/in-njs.js';
import type { Loaded } from './edge/load.js';
import { compareServers } from './edge/servers.js';

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
else {
  console.log(`viewer-request in njs     ${(await viewerRequestInNjs()).toFixed(0)} µs CPU   goal 30`);
  for (const links of [0, 2, 100]) {
    console.log(
      `viewer-response in njs    ${(await viewerResponseInNjs(links)).toFixed(0)} µs CPU, a page with ${String(links)} cookies of links`,
    );
  }
}
console.log('against flag libraries: not measured, this part does not exist yet');

const { comparisons, missing } = await compareServers(3);
for (const { what, servers } of comparisons) {
  const median = (of: readonly Loaded[], value: (one: Loaded) => number): number =>
    of.map(value).toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
  const limit = median(servers.get('nginx') ?? [], ({ cpuUs }) => cpuUs);
  for (const [name, rounds] of servers) {
    const cpuUs = median(rounds, (one) => one.cpuUs);
    const perSecond = median(rounds, (one) => one.perSecond).toFixed(0);
    console.log(
      `${what}, ${name}: ${cpuUs.toFixed(1)} µs CPU, ${(cpuUs / limit).toFixed(2)} times nginx; ${perSecond}/s`,
    );
  }
}
for (const name of missing) console.log(`not measured: ${name} is not on this machine`);
console.log(`on ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`);
