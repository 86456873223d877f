import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Loaded {
  readonly perSecond: number;
  /** CPU of the server and its children for each request, in microseconds. */
  readonly cpuUs: number;
}

const ticksPerSecond = 100;

/** wrk with 64 connections. Throws where an answer was none of success: a server that refuses is quick. */
export async function loaded(url: string, pid: number, headers: readonly string[]): Promise<Loaded> {
  const pids = await family(pid);
  const before = await ticksOf(pids);
  const wished = headers.flatMap((header) => ['-H', header]);
  const { stdout } = await promisify(execFile)('wrk', ['-t1', '-c64', '-d2s', ...wished, url]);
  const ticks = (await ticksOf(pids)) - before;
  if (/Non-2xx/.test(stdout)) throw new Error(`${url} was refused:\n${stdout}`);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  return { perSecond, cpuUs: (ticks / ticksPerSecond / requests) * 1e6 };
}

/** The process and its children, as nginx's workers are. */
async function family(pid: number): Promise<readonly number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(all.map(async (one) => ({ one, parent: (await statOf(one))[1] })));
  return [pid, ...parents.flatMap(({ one, parent }) => (parent === pid ? [one] : []))];
}

async function ticksOf(pids: readonly number[]): Promise<number> {
  const spent = await Promise.all(pids.map(async (pid) => (await statOf(pid)).slice(11, 13)));
  return spent.flat().reduce((sum, one) => sum + one, 0);
}

/** Fields of /proc/<pid>/stat after the program's name: state, parent, … user and system ticks at 11 and 12. */
async function statOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}
