// npm run mutants [-- NUMBER | engine | analysis]: puts each deliberate bug into the code, and says what caught it. Puts
// the code back.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** @type {{ name: string, file: string, find: string, replace: string, also?: { find: string, replace: string }, by?: string }[]} */
const mutants = JSON.parse(readFileSync(new URL('mutants.json', import.meta.url), 'utf8'));
const only = process.argv[2];
let missed = 0;
for (const [i, mutant] of mutants.entries()) {
  const kind = mutant.by ?? 'engine';
  if (only !== undefined && only !== kind && Number(only) !== i + 1) continue;
  const path = `${root}${mutant.file}`;
  const before = readFileSync(path, 'utf8');
  const changes = [mutant, ...(mutant.also === undefined ? [] : [mutant.also])];
  const gone = changes.find(({ find }) => !before.includes(find));
  if (gone !== undefined) throw new Error(`mutant ${i + 1}: ${mutant.file} no longer has: ${gone.find}`);
  try {
    writeFileSync(
      path,
      changes.reduce((text, { find, replace }) => text.replace(find, () => replace), before),
    );
    const by = (kind === 'analysis' ? [vectors(), units()] : [scenarios(), simulation()]).filter((name) => name !== '');
    if (by.length === 0) missed += 1;
    console.log(
      `${by.length === 0 ? '✗' : '✓'} ${i + 1}. ${mutant.name}: ${by.length === 0 ? 'NOT CAUGHT' : by.join(', ')}`,
    );
  } finally {
    writeFileSync(path, before);
  }
}
console.log(missed === 0 ? 'every mutant was caught' : `${missed} not caught`);
process.exitCode = missed === 0 ? 0 : 1;

function scenarios() {
  return fails('npx', ['vitest', 'run', 'test/scenarios', '--bail=1', '--reporter=dot']) ? 'scenarios' : '';
}

function simulation() {
  return fails('node', ['scripts/simulate-engine.mjs', '--seeds', '1500']) ? 'simulation' : '';
}

function vectors() {
  return fails('npx', ['vitest', 'run', 'test/analysis-vectors.test.ts', '--bail=1', '--reporter=dot'])
    ? 'vectors'
    : '';
}

function units() {
  return fails('npx', ['vitest', 'run', 'packages/core/src/analysis', '--bail=1', '--reporter=dot']) ? 'tests' : '';
}

/** @param {string} command @param {string[]} args */
function fails(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'ignore' }).status !== 0;
}
