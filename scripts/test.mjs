// `npm test`: sets up, runs unit and end-to-end tests, and adds up. `--only unit|e2e` runs one part;
// `--write-scenarios` writes docs/scenarios.md from the run; `--none-skipped` fails where a test was skipped.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setupPeers } from './peers.mjs';
import { run, setup, setupBrowser } from './setup.mjs';

const parts = [
  { name: 'unit', config: 'vitest.config.ts' },
  { name: 'e2e', config: 'vitest.e2e.config.ts' },
];
const at = process.argv.indexOf('--only');
const only = at < 0 ? undefined : process.argv[at + 1];
const chosen = parts.filter(({ name }) => only === undefined || only === name);
if (chosen.length === 0) {
  console.error(`✗ "--only ${only ?? ''}" is not known: it is ${parts.map(({ name }) => name).join(' or ')}.`);
  process.exit(2);
}

setup();
if (chosen.some(({ name }) => name === 'unit')) setupPeers();
const browser = chosen.some(({ name }) => name === 'e2e') ? { SLUICE_CHROMIUM: setupBrowser() } : {};
const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
const sum = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const left = [];
for (const { name, config } of chosen) {
  console.log(`\n── ${name} tests`);
  const report = join(folder, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = run('npx', ['vitest', 'run', '--config', config, ...reporters], {
    env: { ...process.env, ...browser },
  });
  const counted = count(report);
  sum.passed += counted.passed;
  sum.skipped += counted.skipped;
  left.push(...counted.names);
  // A file that cannot even be loaded has no failed test, nor has an error outside the tests; both fail the run.
  sum.failed += status !== 0 && counted.failed === 0 ? 1 : counted.failed;
}
// The table of scenarios is a statement about a whole run that passed.
if (only === undefined && sum.failed === 0) {
  const mode = process.argv.includes('--write-scenarios') ? '--write' : '--check';
  const reports = chosen.map(({ name }) => join(folder, `${name}.json`));
  if (run('npx', ['tsx', 'scripts/docs-scenarios.ts', mode, ...reports]) !== 0) sum.failed += 1;
}
rmSync(folder, { recursive: true, force: true });
for (const name of left) console.log(`skipped: ${name}`);
if (process.argv.includes('--none-skipped') && sum.skipped > 0) {
  console.log('✗ Tests were skipped, and here none may be.');
  sum.failed += 1;
}
const skipped = sum.skipped > 0 ? `, ${String(sum.skipped)} skipped` : '';
console.log(`\n${String(sum.passed)} passed, ${String(sum.failed)} failed${skipped}`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;

/**
 * What vitest's JSON report says; nothing where there is none, because then vitest failed before it began.
 * @param {string} report
 */
function count(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const names = testResults
      .flatMap((/** @type {{ assertionResults: object[] }} */ file) => file.assertionResults)
      .filter((/** @type {{ status: string }} */ { status }) => ['pending', 'skipped', 'todo'].includes(status))
      .map((/** @type {{ fullName: string }} */ { fullName }) => fullName);
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests, names };
  } catch {
    return { passed: 0, failed: 0, skipped: 0, names: [] };
  }
}
