// `npm run demo` and, with --stay, `npm start`.
import { spawn } from 'node:child_process';
import { endTogether } from './end-together.mjs';
import { root, setup } from './setup.mjs';

setup();
const args = ['--import', 'tsx', '--conditions=source', 'examples/platform/demo/main.ts', ...process.argv.slice(2)];
endTogether(spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }));
