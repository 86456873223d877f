import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAppId, placeOf, type VisitorRules } from '@sluice/core';
import { buildEdge } from '@sluice/edge/build';
import { freePort, nginx } from '@sluice/peers';

export interface RunningNginx {
  readonly url: string;
  readonly port: number;
  /** Where it was built and runs. */
  readonly folder: string;
  /** What it wrote to its error log. */
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

export interface NginxWish {
  readonly files:
    { readonly kind: 'folder'; readonly root: string } | { readonly kind: 'origin'; readonly url: string };
  readonly apps?: Readonly<Record<string, 'shell' | 'remote'>>;
  /** The folder of apps that have another one than their name. */
  readonly prefixes?: Readonly<Record<string, string>>;
  readonly apiOrigin?: string;
  readonly regionHeader?: string;
  /** The file of the keys. */
  readonly keys?: string;
  /** Whose the workers are, where root runs the tests. */
  readonly user?: string;
  readonly visitors?: VisitorRules | undefined;
  /** How long a pointer of an origin is taken without asking again. Default: as it is built. */
  readonly pointersFor?: string;
}

/** nginx with the edge that `sluice edge build` makes, on a free port. */
export async function runNginx(wish: NginxWish): Promise<RunningNginx> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-'));
  const port = await freePort();
  const kinds: NonNullable<NginxWish['apps']> = wish.apps ?? { shell: 'shell', mfe1: 'remote' };
  const apps = Object.entries(kinds).map(([name, kind]) => {
    const app = parseAppId(name);
    if (app === undefined) throw new Error('the test is wrong');
    return { place: placeOf(app, wish.prefixes?.[name]), kind };
  });
  const { files, apiOrigin, regionHeader, keys, visitors } = wish;
  const listen = `127.0.0.1:${String(port)}`;
  const { module } = nginx;
  for (const file of await buildEdge({
    target: 'nginx',
    apps,
    secure: false,
    listen,
    files,
    apiOrigin,
    regionHeader,
    module,
    keys,
    visitors,
  })) {
    await mkdir(dirname(join(folder, file.path)), { recursive: true });
    const text = wish.pointersFor === undefined ? file.text : file.text.replace('200 5s', `200 ${wish.pointersFor}`);
    await writeFile(join(folder, file.path), text);
  }
  // Tests that run as root lay their folders where nobody else may look.
  const user = process.getuid?.() === 0 ? ` user ${wish.user ?? 'root'};` : '';
  if (wish.user !== undefined) {
    await chmod(folder, 0o755);
    await chmod(join(folder, 'run'), 0o777);
  }
  const child = spawn(nginx.program, ['-p', folder, '-c', 'nginx.conf', '-g', `daemon off;${user}`]);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(text.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://${listen}`;
  for (let i = 0; ; i += 1) {
    const up = await fetch(`${url}/sluice/`).then(
      () => true,
      () => false,
    );
    if (up) return { url, port, folder, said: () => said.join(''), stop };
    if (child.exitCode !== null || i === 2400) {
      await stop();
      throw new Error(`nginx does not answer: ${said.join('')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
