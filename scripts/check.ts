import { spawnSync } from 'node:child_process';

// Everything that may block a merge, one step after the other; the first that fails is named.
const tests = process.argv.includes('--without-tests') ? [] : [['tests', 'npx vitest run']];
const steps = [
  ['format', 'npx prettier --check --log-level warn .'],
  ['lint', 'npx oxlint --type-aware'],
  ['types', 'npm run --silent build'],
  ['types of tests', 'npx tsc -p tsconfig.tests.json'],
  ...tests,
  ['dead code', 'npx knip'],
  ['packages', 'npx tsx scripts/check-packages.ts'],
  ['bytes', 'npx size-limit --silent'],
] as const;

for (const [name = '', command = ''] of steps) {
  const begun = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)\n`);
  if (status !== 0) process.exit(1);
}
