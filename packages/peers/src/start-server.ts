import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.js';

export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A path that is answered, whatever with, as soon as it serves. */
  readonly probe: string;
}

export interface Server {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const patienceMs = 60_000;

/** Starts a program on a free port and waits until it answers; another may take the port in between, so three times. */
export async function startServer(of: (at: { readonly port: number }) => ServerProgram): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = of({ port });
    const said: string[] = [];
    const child = spawn(server.program, server.args, { env: { PATH: process.env['PATH'], ...server.env } });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(text.toString()));
    const url = `http://127.0.0.1:${String(port)}`;
    const ended = new Promise<void>((resolve) => {
      child.once('error', () => {
        resolve();
      });
      child.once('exit', () => {
        resolve();
      });
    });
    if (await answers(`${url}${server.probe}`, child)) return { url, stop: () => end(child, ended) };
    await end(child, ended);
    if (attempt === 3) throw new Error(`${server.program} does not answer at ${url}: ${said.join('').slice(-2000)}`);
  }
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until && child.exitCode === null && child.pid !== undefined) {
    try {
      await (await fetch(url, { signal: AbortSignal.timeout(5000) })).arrayBuffer();
      return true;
    } catch {
      await wait(50);
    }
  }
  return false;
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.pid !== undefined) child.kill('SIGKILL');
  await ended;
}
