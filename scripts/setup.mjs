// Makes a fresh clone ready: Node, dependencies, browser, build. Plain Node: nothing is installed yet when it runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command in the project; ends this process when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) stop(`${command} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

export function must(what, command, args, options) {
  const status = run(command, args, options);
  if (status !== 0) stop(`${what} failed (exit ${status}).`);
}

function stop(why) {
  console.error(`✗ ${why}`);
  process.exit(1);
}

export function setup({ browser }) {
  checkNode();
  install();
  build();
  return browser ? findBrowser() : undefined;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`Node ${process.versions.node} is too old: Sluice needs 20.19 or newer.`);
}

function install() {
  const stamp = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing dependencies …');
  must('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds when a source is newer than the last build. */
function build() {
  const stamp = join(root, 'node_modules', '.cache-sluice-build');
  const builtMs = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const fresh = newest(join(root, 'packages')) <= builtMs && existsSync(join(root, 'packages/cli/dist/main.js'));
  if (fresh) return;
  console.log('Building …');
  must('The build', 'npm', ['run', '--silent', 'build']);
  writeFileSync(stamp, '');
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.endsWith('.tsbuildinfo')) continue;
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

/** Chromium for the end-to-end tests: SLUICE_CHROMIUM, or on PATH; on Debian as root it is installed. */
function findBrowser() {
  const found = onPath();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium …');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return (
    onPath() ??
    stop('Chromium is missing: install it (Debian: apt-get install chromium), or name one by SLUICE_CHROMIUM.')
  );
}

function onPath() {
  const named = process.env.SLUICE_CHROMIUM;
  if (named) return existsSync(named) ? named : stop(`SLUICE_CHROMIUM names "${named}", which is not there.`);
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (folder && existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}
