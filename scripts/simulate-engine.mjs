// npm run simulate:engine -- --seeds N [--from S] [--replay SEED]: random lives of a platform, every law checked.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    replay: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'sluice-simulation-'));
const program = join(folder, 'main.mjs');
await build({
  entryPoints: [join(root, 'test/simulation/main.ts')],
  absWorkingDir: root,
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  conditions: ['source'],
  logLevel: 'error',
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
});

const from = Number(values.replay ?? values.from);
const count = values.replay === undefined ? Number(values.seeds) : 1;
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || count < 1) {
  console.error('--seeds and --from are whole numbers, like: npm run simulate:engine -- --seeds 10000 --from 1');
  process.exit(2);
}
const begun = performance.now();
const totals = { total: 0, failed: 0, ended: 0 };
const chunk = values.replay === undefined ? 250 : 1;
let next = from;
try {
  await Promise.all(Array.from({ length: availableParallelism() }, work));
} finally {
  await rm(folder, { recursive: true, force: true });
}
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
console.log(
  `${totals.total - totals.failed} passed, ${totals.failed} failed: seeds ${from} to ${from + count - 1}, ${totals.ended} rollouts ended, ${seconds} s`,
);
process.exitCode = totals.failed === 0 && totals.total === count ? 0 : 1;

async function work() {
  while (next < from + count) {
    const first = next;
    next = Math.min(next + chunk, from + count);
    await runSeeds(first, next);
    if (process.stderr.isTTY) process.stderr.write(`\r${totals.total}/${count} seeds`);
  }
}

/** @param {number} first @param {number} end */
function runSeeds(first, end) {
  const args = [program, String(first), String(end), ...(values.replay === undefined ? [] : ['verbose'])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.violation === undefined) {
      for (const name of /** @type {const} */ (['total', 'failed', 'ended'])) totals[name] += said[name];
      return;
    }
    console.log(`seed ${said.seed}: ${said.violation}`);
    console.log(`  replay: npm run simulate:engine -- --replay ${said.seed}`);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
