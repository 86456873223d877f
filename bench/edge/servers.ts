import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAppId, parseVersionId, placeOf } from '@sluice/core';
import { buildEdge } from '@sluice/edge/build';
import { createFolderStore, initFolderStore } from '@sluice/local';
import { nginx } from '@sluice/peers';
import { publishVersion } from '@sluice/publish';
import { runNginx } from '../../test/edge/run-nginx.js';
import { loaded, type Loaded } from './load.js';

export interface Comparison {
  readonly what: string;
  readonly servers: ReadonlyMap<string, readonly Loaded[]>;
}

interface Running {
  readonly name: string;
  readonly pid: number;
  /** Addresses by what is asked for. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Pinned; installed beside the project when this is run, so that nobody else pays for them. */
const peers = ['sirv@3.0.2', 'fastify@5.12.8', '@fastify/static@10.1.11', 'express@5.3.0'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.sluice', 'bench', 'peers');
const br = 'Accept-Encoding: br';
const asked: readonly (readonly [what: string, headers: readonly string[]])[] = [
  ['2 KB of brotli', [br]],
  ['100 KB', []],
  ['without version, decided', ['Cookie: theme=dark; sluice_id=0123456789abcdef17; a=b']],
];

/** Servers side by side, A B A B. */
export async function compareServers(rounds: number): Promise<{ comparisons: Comparison[]; missing: string[] }> {
  const missing: string[] = [];
  if (spawnSync('wrk', ['-v']).error !== undefined) return { comparisons: [], missing: ['wrk'] };
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const stops: (() => unknown)[] = [];
  try {
    const store = await filled(folder);
    const running = [await nodeEdge(folder, store, stops)];
    if (nginx.missing === undefined) running.push(...(await nginxes(folder, store, stops)));
    else missing.push('nginx with njs');
    const there = await installed();
    for (const name of ['sirv', '@fastify/static', 'express']) {
      if (there) running.push(await peer(name, join(store, 'mfe1', 'v1.0.0'), stops));
      else missing.push(name);
    }
    const comparisons: Comparison[] = [];
    for (const [what, headers] of asked) {
      const servers = new Map<string, Loaded[]>();
      for (let round = 0; round < rounds; round += 1) {
        for (const { name, pid, urls } of running) {
          const url = urls[what];
          if (url !== undefined) servers.set(name, [...(servers.get(name) ?? []), await loaded(url, pid, headers)]);
        }
      }
      comparisons.push({ what, servers });
    }
    return { comparisons, missing };
  } finally {
    for (const stop of stops.toReversed()) await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A store with one remote in two versions. */
async function filled(folder: string): Promise<string> {
  const store = join(folder, 'store');
  await initFolderStore({ root: store });
  const app = parseAppId('mfe1');
  let noise = '';
  for (let i = 0; noise.length < 100_000; i += 1) noise += createHash('sha512').update(String(i)).digest('base64');
  for (const name of ['v1.0.0', 'v1.1.0']) {
    const version = parseVersionId(name);
    if (app === undefined || version === undefined) throw new Error('the bench is wrong');
    const dir = join(folder, name);
    await mkdir(dir);
    // Hexadecimal text halves.
    const hex = Buffer.from(noise.slice(0, 2000)).toString('hex');
    await writeFile(join(dir, 'small.js'), `export const value = '${hex}'; // ${name}`);
    await writeFile(join(dir, 'large.bin'), noise.slice(0, 100_000));
    const remoteEntry = { name: 'small.js', path: '' };
    const manifest = { name: 'mfe1', metaData: { publicPath: './', remoteEntry } };
    await writeFile(join(dir, 'mf-manifest.json'), JSON.stringify(manifest));
    const files = await createFolderStore({ root: store });
    const result = await publishVersion({
      store: files,
      place: placeOf(app),
      kind: 'remote',
      version,
      dir,
      now: Date.now,
    });
    if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  }
  const pointer = {
    version: 'v1.0.0',
    canaryVersion: 'v1.1.0',
    canaryPercent: 25,
    lastUpdated: '2026-01-01T00:00:00Z',
  };
  await writeFile(join(store, 'mfe1', 'active-version.json'), JSON.stringify(pointer));
  return store;
}

const urlsOf = (origin: string): Running['urls'] => ({
  '2 KB of brotli': `${origin}/mfe1/v1.0.0/small.js`,
  '100 KB': `${origin}/mfe1/v1.0.0/large.bin`,
  'without version, decided': `${origin}/mfe1/small.js`,
});

async function nodeEdge(folder: string, store: string, stops: (() => unknown)[]): Promise<Running> {
  const app = parseAppId('mfe1');
  if (app === undefined) throw new Error('the bench is wrong');
  const apps = [{ place: placeOf(app), kind: 'remote' as const }];
  const [built] = await buildEdge({ target: 'node', apps, secure: true, root: store, host: '127.0.0.1', port: 0 });
  const file = join(folder, 'edge.mjs');
  await writeFile(file, built?.text ?? '');
  return { name: 'Node edge', ...(await started([file], stops, urlsOf)) };
}

async function peer(name: string, folder: string, stops: (() => unknown)[]): Promise<Running> {
  const program = fileURLToPath(new URL('peers.mjs', import.meta.url));
  const urls = (origin: string): Running['urls'] => ({
    '2 KB of brotli': `${origin}/small.js`,
    '100 KB': `${origin}/large.bin`,
  });
  return { name, ...(await started([program, name, folder, cache], stops, urls)) };
}

async function started(
  args: readonly string[],
  stops: (() => unknown)[],
  urls: (origin: string) => Running['urls'],
): Promise<Omit<Running, 'name'>> {
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  stops.push(() => child.kill());
  const origin = await new Promise<string>((done, failed) => {
    child.stdout?.on('data', (text: Buffer) => {
      const found = /http:\S+/.exec(text.toString());
      if (found !== null) done(found[0]);
    });
    child.once('exit', () => {
      failed(new Error(`${args.join(' ')} has ended`));
    });
  });
  return { pid: child.pid ?? 0, urls: urls(origin) };
}

/** Ours, and a plain one over the same files which splits by `split_clients` and `map` and knows brotli files by name. */
async function nginxes(folder: string, store: string, stops: (() => unknown)[]): Promise<readonly Running[]> {
  const ours = await runNginx({ files: { kind: 'folder', root: store }, apps: { mfe1: 'remote' } });
  stops.push(ours.stop);
  const plain = join(folder, 'plain');
  await mkdir(join(plain, 'run'), { recursive: true });
  const port = ours.port + 1;
  await writeFile(join(plain, 'nginx.conf'), plainConfiguration(store, port));
  const user = process.getuid?.() === 0 ? ' user root;' : '';
  const child = spawn(nginx.program, ['-p', plain, '-c', 'nginx.conf', '-g', `daemon off;${user}`], {
    stdio: 'ignore',
  });
  stops.push(() => child.kill());
  const pid = Number(await readFile(join(ours.folder, 'run', 'nginx.pid'), 'utf8'));
  await promisify(execFile)('curl', [
    '--silent',
    '--retry',
    '20',
    '--retry-connrefused',
    `http://127.0.0.1:${String(port)}/`,
  ]);
  const { 'without version, decided': decided = '' } = urlsOf(ours.url);
  return [
    { name: 'nginx', pid: child.pid ?? 0, urls: urlsOf(`http://127.0.0.1:${String(port)}`) },
    { name: 'nginx with our functions in njs', pid, urls: { 'without version, decided': decided } },
  ];
}

function plainConfiguration(store: string, port: number): string {
  return `worker_processes auto;
pid run/nginx.pid;
error_log stderr;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000;
  client_body_temp_path run/a; proxy_temp_path run/b; fastcgi_temp_path run/c; uwsgi_temp_path run/d; scgi_temp_path run/e;
  split_clients "mfe1@v1.1.0:$cookie_sluice_id" $arm { 25% canary; * stable; }
  map $arm $version { canary v1.1.0; stable v1.0.0; }
  server {
    listen 127.0.0.1:${String(port)};
    root "${store}";
    location = /mfe1/v1.0.0/small.js { add_header Content-Encoding br; try_files $uri.br =404; }
    location = /mfe1/small.js { try_files /mfe1/$version/small.js =404; }
  }
}
`;
}

async function installed(): Promise<boolean> {
  await mkdir(cache, { recursive: true });
  const stamp = join(cache, peers.join('+').replaceAll('/', '_'));
  const known = await access(stamp).then(
    () => true,
    () => false,
  );
  if (known) return true;
  await writeFile(join(cache, 'package.json'), '{"private":true}');
  const install = ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', cache, ...peers];
  // One of them asks for a newer Node than it needs.
  const env = { ...process.env, npm_config_engine_strict: 'false' };
  const { status } = spawnSync('npm', install, { cwd: cache, env, stdio: 'ignore' });
  if (status === 0) await writeFile(stamp, '');
  return status === 0;
}
