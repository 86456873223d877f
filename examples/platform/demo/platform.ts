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

interface DemoPorts {
  readonly edge: number;
  readonly api: number;
}

interface DemoOptions extends DemoPorts {
  readonly folder: string;
  /** Ends what was started; whoever waits for it gets the signal's reason as an error. */
  readonly signal: AbortSignal;
}

/** An empty platform with a plan on a schedule of seconds. */
export async function createDemoPlatform({ folder, signal, ...ports }: DemoOptions): Promise<DemoPlatform> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sluice.config.ts'), configText(ports));
  const program = join(root, 'packages/cli/bin/sluice.js');
  const started = (args: readonly string[], stdout: 'inherit' | 'pipe'): ChildProcess => {
    signal.throwIfAborted();
    const stdio = [stdout === 'inherit' ? 'inherit' : 'ignore', stdout, 'inherit'] as const;
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: [...stdio], signal });
    // What the signal does to it is told as an error as well; that it has ended is what counts.
    child.on('error', () => undefined);
    return child;
  };
  const ran = async (child: ChildProcess): Promise<number> => {
    const code = await finished(child);
    signal.throwIfAborted();
    return code;
  };
  const edge = `http://127.0.0.1:${String(ports.edge)}`;
  const api = `http://127.0.0.1:${String(ports.api)}`;
  let served: ChildProcess | undefined;
  return {
    folder,
    edge,
    api,
    sluice: async (...args) => ran(started(args, 'inherit')),
    sluiceJson: async (...args) => {
      const child = started([...args, '--json'], 'pipe');
      let text = '';
      child.stdout?.on('data', (part: Buffer) => (text += part.toString()));
      await ran(child);
      return JSON.parse(text) as unknown;
    },
    serve: async () => {
      served = started(['serve'], 'pipe');
      served.stdout?.on('data', (part: Buffer) => {
        for (const line of part.toString().split('\n')) if (line.includes('mfe')) process.stdout.write(`  ${line}\n`);
      });
      await answers(`${edge}/platform-index.json`, signal);
      await answers(`${api}/api/health`, signal);
    },
    stop: async () => {
      if (served === undefined || served.exitCode !== null || served.signalCode !== null) return;
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

async function answers(url: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    signal.throwIfAborted();
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
