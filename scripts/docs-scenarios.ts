import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenariosPage, type Report } from './scenarios-page.js';

// scripts/test.mjs calls it with the reports of a whole run: checks docs/scenarios.md, or with --write replaces it.
const page = fileURLToPath(new URL('../docs/scenarios.md', import.meta.url));
const [mode, ...reports] = process.argv.slice(2);
const written = scenariosPage(reports.map((path) => JSON.parse(readFileSync(path, 'utf8')) as Report));
if (mode === '--write') writeFileSync(page, written.text);
else if (readFileSync(page, 'utf8') !== written.text) {
  console.error('✗ docs/scenarios.md is not what this run says. Write it with `npm test -- --write-scenarios`.');
  process.exitCode = 1;
}
console.log(
  `scenarios: ${String(written.shown)} shown by a test, ${String(written.open.length)} open: ${written.open.join(' ')}`,
);
