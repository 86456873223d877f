// `npm run demo` and, with --stay, `npm start`.
import { run, setup } from './setup.mjs';

setup({ browser: false });
const args = ['--import', 'tsx', '--conditions=source', 'examples/platform/demo/main.ts', ...process.argv.slice(2)];
process.exitCode = run(process.execPath, args);
