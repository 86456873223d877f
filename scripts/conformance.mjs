// `npm run conformance -- FILE…`: vectors against the built code in Node, in the browser bundle and in the edge bundle.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { run, setup } from './setup.mjs';

setup();
// Relative to where one typed the command; npm itself changes to the project's root.
const typedAt = process.env['npm_lifecycle_event'] === 'conformance' ? process.env['INIT_CWD'] : undefined;
const files = process.argv.slice(2).map((file) => {
  const path = resolve(typedAt ?? '.', file);
  return existsSync(path) ? path : resolve(file);
});
process.exitCode = run(process.execPath, ['--import', 'tsx', 'scripts/conformance/main.ts', ...files]);
