import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderStore, initFolderStore } from '@sluice/local';
import { runSeed, type SeedResult } from './run-seed.js';

// Started by scripts/simulate-engine.mjs: runs seeds [from, to), prints a JSON line per failure and a last one with totals.
const [from = '0', to = '0', verbose] = process.argv.slice(2);
/** One seed of so many lives in a folder: the real disk is slower than memory. */
const inFolderEvery = 1000;

async function run(seed: number): Promise<SeedResult> {
  if (seed % inFolderEvery !== 0) return runSeed(seed);
  const root = await mkdtemp(join(tmpdir(), 'sluice-simulated-'));
  try {
    await initFolderStore({ root });
    return await runSeed(seed, { disk: await createFolderStore({ root }) });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

let failed = 0;
let ended = 0;
for (let seed = Number(from); seed < Number(to); seed += 1) {
  const result = await run(seed);
  ended += result.ended;
  if (verbose !== undefined) process.stderr.write(`${result.log.join('\n')}\n`);
  if (result.violation === undefined) continue;
  failed += 1;
  process.stdout.write(`${JSON.stringify({ seed, violation: result.violation })}\n`);
}
process.stdout.write(`${JSON.stringify({ total: Number(to) - Number(from), failed, ended })}\n`);
