// Finds the browser of the end-to-end tests and of the conformance run.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// The first is the same engine without windows, toolbars and extensions: a page costs a third.
const programs = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** What Chromium is started with: no sandbox (tests run as root in containers), nothing that talks to the network. */
export const chromiumArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * `SLUICE_CHROMIUM`, else the first Chromium or Chrome on PATH.
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env['SLUICE_CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named;
    throw new Error(`SLUICE_CHROMIUM names "${named}", which is no program. Correct it or unset it.`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = programs.flatMap((program) => folders.map((folder) => join(folder, program)));
  return [...candidates, ...elsewhere].find(isProgram);
}

/**
 * Installs Chromium where apt-get is there and this is root; else says what to install.
 * @returns {string}
 */
export function installChromium() {
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium …');
    apt('update', '-qq');
    // Ubuntu has no such package.
    for (const program of ['chromium-headless-shell', 'chromium']) {
      if (findChromium() === undefined) apt('install', '-y', '-qq', '--no-install-recommends', program);
    }
  }
  const found = findChromium();
  if (found !== undefined) return found;
  throw new Error(
    'Chromium is missing; the tests in a browser need it. Debian: `sudo apt-get install chromium-headless-shell`. ' +
      'Ubuntu: `sudo apt-get install chromium`. ' +
      'macOS: `brew install --cask google-chrome`. Or name one that you have: SLUICE_CHROMIUM=/path/to/chrome.',
  );
}

/** @param {string[]} args */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
