// `npm test`: sets up, runs unit and end-to-end tests, and adds up. `--only unit|e2e` runs one part.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, setup } from './setup.mjs';

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const chromium = setup({ browser: only !== 'unit' });
const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
const parts = [
  { name: 'unit', config: 'vitest.config.ts' },
  { name: 'e2e', config: 'vitest.e2e.config.ts' },
].filter(({ name }) => only === undefined || only === name);
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const { name, config } of parts) {
  const report = join(folder, `${name}.json`);
  const args = [
    'vitest',
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const status = run('npx', args, { env: { ...process.env, ...(chromium ? { SLUICE_CHROMIUM: chromium } : {}) } });
  const counted = count(report);
  for (const key of Object.keys(sum)) sum[key] += counted[key];
  // A file that could not even be loaded has no failed test, but the run has failed.
  if (status !== 0 && counted.failed === 0) sum.failed += 1;
}
rmSync(folder, { recursive: true, force: true });
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;

function count(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
