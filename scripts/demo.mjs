// `npm run demo` and, with --stay, `npm start`.
import { spawn } from 'node:child_process';
import { root, setup } from './setup.mjs';

setup();
const args = ['--import', 'tsx', '--conditions=source', 'examples/platform/demo/main.ts', ...process.argv.slice(2)];
const demo = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
// Ctrl+C reaches the demo by itself; other signals are meant for it as well. It closes what it started, then we end.
process.on('SIGINT', () => undefined);
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => demo.kill(signal));
demo.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
