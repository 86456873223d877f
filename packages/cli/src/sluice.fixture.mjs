// The real command line as a child process, over a store in a temporary folder.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

const main = await bundled();

/**
 * The sources as they are now, in a few files: a child starts in a tenth of the time that it takes to load 150 modules.
 * Below the package's own node_modules, so that what stays outside (jiti, commander) is found.
 */
async function bundled() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const outdir = await mkdtemp(join(cache, 'sluice-test-'));
  afterAll(() => rm(outdir, { recursive: true, force: true }));
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    external: ['jiti', 'commander'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
  });
  return join(outdir, 'main.mjs');
}

/** @typedef {{ code: number | null, stdout: string, stderr: string, json: () => any }} Answer */

/**
 * A folder with a configuration (`apps`, `plans` …) and its store, and what to do with it.
 * @param {object} [written]
 */
export async function aPlatform(written = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  const platform = openFolder(folder);
  await platform.configure(written);
  const made = await platform.sluice('init');
  if (made.code !== 0) throw new Error(made.stderr);
  return platform;
}

/** What `scripts/rollback.sh` does with the command line as it is now. @param {string} cwd @param {string[]} args */
export function rollbackScript(cwd, ...args) {
  const script = fileURLToPath(new URL('../../../scripts/rollback.sh', import.meta.url));
  // A file of its own, as `sluice` is one where it is installed.
  const sluice = join(cwd, 'sluice');
  writeFileSync(sluice, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  return finished(spawn(script, args, { cwd, env: { ...clean(process.env), SLUICE: sluice } }));
}

/** Another platform with the same content, to be spoilt. @param {{ folder: string }} platform */
export async function copyOf({ folder }) {
  const copy = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  await cp(folder, copy, { recursive: true });
  return openFolder(copy);
}

/** @param {string} folder */
function openFolder(folder) {
  /** @type {import('node:child_process').ChildProcess[]} */
  const children = [];
  const path = (/** @type {string[]} */ ...parts) => join(folder, ...parts);
  const start = (/** @type {readonly string[]} */ args, /** @type {Record<string, string>} */ env = {}) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: { ...clean(process.env), XDG_CACHE_HOME: path('.cache'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  return {
    folder,
    path,
    start,
    sluice: (/** @type {string[]} */ ...args) => finished(start(args)),
    sluiceWith: (/** @type {Record<string, string>} */ env, /** @type {string[]} */ ...args) =>
      finished(start(args, env)),
    /** @param {object | string} written */
    configure: (written) =>
      writeFile(path('sluice.config.ts'), typeof written === 'string' ? written : configText(written)),
    /** A remote's build of one entry. @param {string} name @param {string} code */
    async build(name, code = `export const name = '${name}';\n`) {
      const dir = path('builds', name);
      await mkdir(dir, { recursive: true });
      const manifest = { name, metaData: { publicPath: 'auto', remoteEntry: { name: 'remoteEntry.js', path: '' } } };
      await writeFile(join(dir, 'mf-manifest.json'), JSON.stringify(manifest));
      await writeFile(join(dir, 'remoteEntry.js'), code);
      return dir;
    },
    /** Publishes versions of an app. @param {string} app @param {string[]} versions */
    async publish(app, ...versions) {
      for (const version of versions) {
        const dir = await this.build(`${app}-${version}`);
        const answer = await this.sluice('publish', dir, '--app', app, '--version', version);
        if (answer.code !== 0) throw new Error(answer.stderr);
      }
    },
    content: (root = path('.sluice/store')) => contentOf(root),
    text: (/** @type {string} */ key) => readFile(path('.sluice/store', key), 'utf8'),
    write: (/** @type {string} */ key, /** @type {string} */ text) => writeFile(path('.sluice/store', key), text),
    async remove() {
      // Asked to stop, not killed: `serve` takes its edge with it.
      const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      const ended = running.map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGTERM');
      await Promise.all(ended);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every document and file of a store, by key: what must not change when a command is refused. @param {string} root */
async function contentOf(root) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || file.includes('.locks')) continue;
    found[file.slice(root.length + 1)] = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  }
  return found;
}

/** @param {object} written */
function configText(written) {
  const free = { edge: { port: 0 }, controller: { port: 0, tick: '50ms' } };
  const apps = { mfe1: { kind: 'remote' }, mfe2: { kind: 'remote' } };
  const config = { apps, targets: { local: free }, ...written };
  return `import { defineConfig } from '@sluice/schema';\n\nexport default defineConfig(${JSON.stringify(config)});\n`;
}

const ofThisMachine = ['NODE_OPTIONS', 'NO_COLOR', 'FORCE_COLOR', 'CI', 'GITHUB_ACTOR', 'NODE_EXTRA_CA_CERTS'];

/** Nothing of the machine that runs the tests colours or slows what is tested. @param {NodeJS.ProcessEnv} env */
function clean(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofThisMachine.includes(name)));
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<Answer>}
 */
export function finished(child) {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part) => (stdout += part));
  child.stderr?.on('data', (part) => (stderr += part));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) });
    });
  });
}

/**
 * The first JSON document that a running child prints.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<unknown>}
 */
export function firstJson(child) {
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      reject(new Error(`it ended with ${String(code)} before it said anything: ${text}`));
    });
    child.stdout?.on('data', (part) => {
      text += part;
      try {
        resolve(JSON.parse(text));
      } catch {
        // Not whole yet.
      }
    });
  });
}
