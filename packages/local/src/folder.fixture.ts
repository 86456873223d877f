import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { initFolderStore } from './index.js';

export interface Folders {
  readonly folder: () => Promise<string>;
  readonly store: () => Promise<string>;
  readonly clean: () => Promise<void>;
}

/** Temporary folders that are removed again. */
export function aPlace(): Folders {
  const made: string[] = [];
  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'sluice-local-'));
    made.push(path);
    return path;
  };
  return {
    folder,
    store: async () => {
      const root = join(await folder(), 'store');
      await initFolderStore({ root });
      return root;
    },
    clean: async () => {
      for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
    },
  };
}

export interface Writer {
  readonly child: ChildProcess;
  /** The next line that it prints. */
  readonly line: () => Promise<string>;
  readonly ended: Promise<string>;
}

/** The writer's program, bundled once, so that a process starts in a moment. */
export async function bundleWriter(folder: string): Promise<string> {
  const outfile = join(folder, 'writer.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('writer.fixture.mjs', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    logLevel: 'error',
    outfile,
  });
  return outfile;
}

export function startWriter(program: string, args: readonly string[]): Writer {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    line: async () => String((await lines.next()).value),
    ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code)))),
  };
}

/** Runs the writer with few file handles; what it printed. */
export async function runWithHandles(handles: number, program: string, args: readonly string[]): Promise<string> {
  const script = `ulimit -n ${String(handles)} && exec "$0" "$@"`;
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', script, process.execPath, program, ...args], (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

/** Why no file system can be mounted here; undefined where it can. */
export function mountRefusal(): string | undefined {
  if (process.platform !== 'linux') return 'mounting needs Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `mounting is refused here: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
}
