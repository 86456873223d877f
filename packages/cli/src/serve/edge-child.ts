import { spawn, type ChildProcess } from 'node:child_process';
import type { World } from '../context.js';

interface Spawn {
  readonly world: World;
  readonly api: string;
  /** Aborted when the edge ends by itself: it has said why. */
  readonly stop: AbortController;
}

export interface EdgeChild {
  readonly url: string;
  readonly pid: number | null;
  /** Ends it, by force where it does not end by itself within 5 s. */
  end(): Promise<void>;
}

/** Starts the edge as a process of its own and waits until it listens; undefined when it ended instead. */
export async function spawnEdge({ world, api, stop }: Spawn): Promise<EdgeChild | undefined> {
  const script = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, script, ...world.argv, '--only', 'edge', '--api', api], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      if (!stop.signal.aborted) process.exitCode = code ?? 1;
      stop.abort();
      resolve();
    });
  });
  // At once: whoever loses patience with the controller's last tick and ends this process leaves no edge behind.
  stop.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const url = await Promise.race([addressOf(child), ended]);
  if (url === undefined) return undefined;
  return {
    url,
    pid: child.pid ?? null,
    end: async () => {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(force);
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('message', (message: { readonly url: string }) => {
      resolve(message.url);
    });
  });
}
