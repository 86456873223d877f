import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { sessionOf } from './events.js';

interface Peer {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly body: (i: number) => { readonly text: string; readonly cookie: string };
  stop(): void;
}

export interface Measured {
  readonly name: string;
  /** Of the server, microseconds a request of ten events. */
  readonly cpuUs: number;
}

const rounds = 5;
const requests = 6000;
const connections = 32;

/** CPU time of a server for a batch of ten events, side by side, by turns. */
export async function overHttp(server: string): Promise<{
  readonly measured: readonly Measured[];
  readonly missing: readonly string[];
}> {
  const gateway = await pushgateway();
  const peers = [await ours(server, 'sluice'), await ours(server, 'bare'), ...(gateway === undefined ? [] : [gateway])];
  const best = new Map<string, number>();
  let i = 0;
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const peer of peers) {
        const before = cpuUsOf(peer.pid);
        await load(peer, i);
        const cpuUs = (cpuUsOf(peer.pid) - before) / requests;
        // The first round is for warming up.
        if (round > 0) best.set(peer.name, Math.min(best.get(peer.name) ?? Infinity, cpuUs));
        i += requests;
      }
    }
  } finally {
    for (const peer of peers) peer.stop();
  }
  return {
    measured: [...best].map(([name, cpuUs]) => ({ name, cpuUs })),
    missing: gateway === undefined ? ['pushgateway (apt-get install prometheus-pushgateway)'] : [],
  };
}

function ours(server: string, kind: 'sluice' | 'bare'): Promise<Peer> {
  const child = fork(server, [kind], { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (message) => {
      resolve({
        name: kind === 'sluice' ? 'sluice' : 'node:http',
        pid: child.pid ?? 0,
        port: (message as { port: number }).port,
        path: '/api/metrics',
        body: beacon,
        stop: () => child.kill(),
      });
    });
  });
}

/** Ten events of five sessions of one page: as many apps would send them. */
function beacon(i: number): { readonly text: string; readonly cookie: string } {
  const { subject, page, events } = sessionOf(i);
  const ten = Array.from({ length: 5 }, () => events).flat();
  return {
    text: JSON.stringify({ schema: 1, page, versions: { mfe1: events[0]?.version }, events: ten }),
    cookie: `sluice_id=${subject}`,
  };
}

async function pushgateway(): Promise<Peer | undefined> {
  const program = ['pushgateway', 'prometheus-pushgateway'].find(
    (name) => spawnSync(name, ['--version']).error === undefined,
  );
  if (program === undefined) return undefined;
  const port = 20_000 + (process.pid % 20_000);
  const child: ChildProcess = spawn(program, [`--web.listen-address=127.0.0.1:${String(port)}`], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const ready = await fetch(`http://127.0.0.1:${String(port)}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const lines = (i: number): string =>
    Array.from({ length: 10 }, (_, k) => `sessions{app="mfe1",kind="k${String(k)}"} ${String(i)}\n`).join('');
  return {
    name: 'pushgateway',
    pid: child.pid ?? 0,
    port,
    path: '/metrics/job/bench',
    body: (i) => ({ text: lines(i), cookie: '' }),
    stop: () => child.kill(),
  };
}

async function load(peer: Peer, from: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < from + requests) await post(peer, agent, (next += 1));
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
}

function post({ port, path, body }: Peer, agent: Agent, i: number): Promise<void> {
  const { text, cookie } = body(i);
  const headers = {
    'content-type': 'application/json',
    'content-length': text.length,
    cookie,
    'sec-fetch-site': 'same-origin',
  };
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, host: '127.0.0.1', method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`${path} answered ${String(response.statusCode)}`));
      });
    });
    sent.once('error', reject);
    sent.end(text);
  });
}

/** User and system time of another process, from Linux's /proc. */
function cpuUsOf(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  // Clock ticks of 10 ms: a round takes hundreds of them.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
