// Installs the programs that tests run against and that we did not write, once for each set of pins. Plain Node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.sluice', 'peers');
const pins = JSON.parse(readFileSync(join(root, 'packages', 'peers', 'pins.json'), 'utf8'));

/** Never fails: what cannot be installed is said, and its tests are skipped with the reason. */
export function setupPeers() {
  install('python', pins.python, (into) => makePython(into, pins.python));
  install('awscli', pins.awscli, (into) => makePython(into, pins.awscli));
  install('go', pins.go, makeGo);
}

/**
 * @param {'python' | 'awscli' | 'go'} language
 * @param {object} wanted
 * @param {(into: string) => string | undefined} make What went wrong; undefined where it is there.
 */
function install(language, wanted, make) {
  const place = join(folder, language);
  const stamp = join(place, 'pins');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === JSON.stringify(wanted)) return;
  console.log(`Installing what AWS tests run against (${language}) …`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const problem = make(place);
  if (problem !== undefined) {
    console.log(`  not there: ${problem} Tests that need it are skipped.`);
    return;
  }
  // Last and whole: without it the rest is not believed to be there.
  writeFileSync(`${stamp}.new`, JSON.stringify(wanted));
  renameSync(`${stamp}.new`, stamp);
}

/**
 * @param {string} into
 * @param {{ least: readonly number[], packages: readonly string[] }} wanted
 */
function makePython(into, { least, packages }) {
  const python = ['python3', 'python'].find((name) => isAtLeast(name, ['--version'], least));
  if (python === undefined) return `Python ${least.join('.')} or newer was not found.`;
  const made = said(python, ['-m', 'venv', into]);
  if (made !== undefined) return `${python} -m venv failed (on Debian: apt-get install python3-venv). ${made}`;
  const pip = join(into, process.platform === 'win32' ? 'Scripts' : 'bin', 'pip');
  return said(pip, ['install', '--quiet', '--disable-pip-version-check', ...packages]);
}

/** @param {string} into */
function makeGo(into) {
  if (!isAtLeast('go', ['version'], pins.go.least)) return `Go ${pins.go.least.join('.')} or newer was not found.`;
  const env = { ...process.env, GOBIN: join(into, 'bin'), GOFLAGS: '-buildvcs=false' };
  return said('go', ['install', pins.go.package], env);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {readonly number[]} least
 */
function isAtLeast(program, args, least) {
  const { stdout, status } = spawnSync(program, args, { encoding: 'utf8' });
  const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  const [wantedMajor = 0, wantedMinor = 0] = least;
  if (status !== 0 || major === undefined) return false;
  return Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} What it said where it failed.
 */
function said(program, args, env = process.env) {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status === 0) return undefined;
  return (error?.message ?? stderr).trim().split('\n').slice(-3).join(' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setupPeers();
