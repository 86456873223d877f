import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { overHttp } from './telemetry/http.js';

// npm run bench -- telemetry: events into windows, replay of a journal, and what a beacon costs over HTTP beside peers.
// Goals: 5 M events/s into windows; 1 M lines in 2 s; CPU at most 1.5 times a bare node:http, a 20th of pushgateway's.
const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, '.sluice', 'bench');

await build({
  entryPoints: ['in-process', 'server'].map((name) => join(root, 'bench', 'telemetry', `${name}.ts`)),
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['source'],
  outdir,
  outExtension: { '.js': '.mjs' },
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [join(outdir, 'in-process.mjs')], { stdio: 'inherit' });
if (status !== 0) throw new Error('the part that runs in process has failed');
const { measured, missing } = await overHttp(join(outdir, 'server.mjs'));
const bare = measured.find(({ name }) => name === 'node:http')?.cpuUs ?? NaN;
for (const { name, cpuUs } of measured) {
  console.log(
    `a batch of 10 events, ${name}: ${cpuUs.toFixed(0)} µs of CPU, ${(cpuUs / bare).toFixed(2)} times node:http`,
  );
}
for (const name of missing) console.log(`not measured: ${name} is not on this machine`);
