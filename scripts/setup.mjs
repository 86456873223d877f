// Makes a fresh clone ready: Node, dependencies, build, browser. Plain Node: nothing is installed yet when it runs.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, installChromium } from './chromium.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Node, dependencies and build; ends this process with the remedy where one cannot be had.
 */
export function setup() {
  checkNode();
  install();
  build();
}

/**
 * The browser of the end-to-end tests; installs it where that is possible without a question.
 * @returns {string} Path of the program.
 */
export function setupBrowser() {
  try {
    return findChromium() ?? installChromium();
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Runs a command in the project and waits for it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {number} Its exit code; 1 where a signal ended it.
 */
export function run(command, args, options = {}) {
  // On Windows npm and npx are .cmd files, which only a shell can start.
  const shell = process.platform === 'win32' && command !== process.execPath;
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell, ...options });
  if (result.error) stop(`${command} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`Node ${process.versions.node} is too old: Sluice needs 20.19 or newer. Install it from https://nodejs.org.`);
}

function install() {
  // npm writes this copy of the lock file at the end of each installation.
  const installed = join(root, 'node_modules', '.package-lock.json');
  const wanted = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  console.log('Installing dependencies …');
  // Not `npm ci`: it refuses a lock file that lacks a platform's optional package, and some registries lack some of
  // those. This installs the same pinned versions and leaves the lock file as it is.
  if (run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']) !== 0) {
    stop('Dependencies could not be installed. Look at what npm says above, then try `npm install`.');
  }
}

/** Incremental: under a second where nothing has changed. */
function build() {
  if (run('npm', ['run', '--silent', 'build']) !== 0) stop('The build failed; its errors are above.');
}

/**
 * @param {string} why
 * @returns {never}
 */
function stop(why) {
  console.error(`✗ ${why}`);
  process.exit(1);
}
