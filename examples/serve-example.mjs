// What both examples without Module Federation do: publish, start a canary, serve. All of it by the command line, as a
// person would type it.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endTogether } from '../scripts/end-together.mjs';

const command = fileURLToPath(new URL('../packages/cli/bin/sluice.js', import.meta.url));

/**
 * Serves an example until Ctrl+C.
 * @param {object} example
 * @param {string} example.folder Where its `sluice.config.ts` is.
 * @param {Readonly<Record<string, string>>} example.libraries Files that go into the shell, by the name they get there.
 * @param {readonly { app: string, version: string, dir: string, entry?: string }[]} example.versions In this order; the
 *   first of an app goes live at once, the second is on trial.
 */
export function serveExample({ folder, libraries, versions }) {
  rmSync(join(folder, '.sluice'), { recursive: true, force: true });
  const shell = join(folder, '.sluice', 'shell');
  mkdirSync(shell, { recursive: true });
  cpSync(join(folder, 'shell'), shell, { recursive: true });
  for (const [name, path] of Object.entries(libraries)) cpSync(path, join(shell, name));
  sluice(folder, 'init');
  for (const { app, version, dir, entry } of versions) {
    const named = entry === undefined ? [] : ['--entry', entry];
    sluice(folder, 'publish', dir, '--app', app, '--version', version, ...named);
    sluice(folder, 'start', app, version, '--reason', 'example');
  }
  endTogether(spawn(process.execPath, [command, 'serve'], { cwd: folder, stdio: 'inherit' }));
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
function sluice(cwd, ...args) {
  console.log(`$ sluice ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [command, ...args], { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
