import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A platform on this machine, in a folder of its own, steered by the real command line. */
export interface DemoPlatform {
  readonly folder: string;
  readonly edge: string;
  readonly api: string;
  /** Runs a command as a person would type it; the exit code. */
  sluice(...args: readonly string[]): Promise<number>;
  /** The same, with its answer as JSON. */
  sluiceJson(...args: readonly string[]): Promise<unknown>;
  serve(): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoPorts {
  readonly edge: number;
  readonly api: number;
}

/** An empty platform with a plan on a schedule of seconds. */
export async function createDemoPlatform(folder: string, ports: DemoPorts): Promise<DemoPlatform> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sluice.config.ts'), configText(ports));
  const command = [join(root, 'packages/cli/bin/sluice.js')];
  const edge = `http://127.0.0.1:${String(ports.edge)}`;
  const api = `http://127.0.0.1:${String(ports.api)}`;
  let served: ChildProcess | undefined;
  return {
    folder,
    edge,
    api,
    sluice: (...args) => finished(spawn(process.execPath, [...command, ...args], { cwd: folder, stdio: 'inherit' })),
    sluiceJson: async (...args) => {
      const child = spawn(process.execPath, [...command, ...args, '--json'], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (part: Buffer) => (text += part.toString()));
      await finished(child);
      return JSON.parse(text) as unknown;
    },
    serve: async () => {
      served = spawn(process.execPath, [...command, 'serve'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
      served.stdout?.on('data', (part: Buffer) => {
        for (const line of part.toString().split('\n')) if (line.includes('mfe')) process.stdout.write(`  ${line}\n`);
      });
      await answers(`${edge}/platform-index.json`);
      await answers(`${api}/api/health`);
    },
    stop: async () => {
      if (served === undefined || served.exitCode !== null) return;
      served.kill('SIGTERM');
      await finished(served);
    },
  };
}

function finished(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}

/** The wanted port, or a free one where it is taken. */
export function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && wanted !== 0) freePort(0).then(resolve, reject);
      else reject(error);
    });
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : wanted);
      });
    });
  });
}

function configText(ports: DemoPorts): string {
  return `import { defineConfig } from '@sluice/schema';

export default defineConfig({
  apps: { shell: { kind: 'shell' }, mfe1: { kind: 'remote' }, mfe2: { kind: 'remote' } },
  plans: {
    // The brief's stages on a schedule of seconds; a real platform uses the plan "standard".
    seconds: {
      stages: [
        { percent: 5, soak: '4s' },
        { percent: 25, soak: '4s' },
        { percent: 50, soak: '4s' },
      ],
      bake: '4s',
      maxDuration: '10m',
      slot: '2s',
      outcomeWindow: '2s',
      closingLag: '3s',
    },
  },
  plan: 'seconds',
  // All visitors of the demo come from one address.
  ingestion: { perClient: 10000, total: 10000 },
  targets: {
    local: {
      edge: { port: ${String(ports.edge)} },
      controller: { port: ${String(ports.api)}, tick: '200ms' },
    },
  },
});
`;
}
