import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version as react } from 'react';
import { buildApp, type ExampleBuild } from '../build.js';
import { createDemoPlatform, freePort, type DemoPlatform } from './platform.js';
import { startTraffic, type Traffic } from './traffic.js';

// Builds the example platform, ramps a good version to 100 %, takes a broken one back, and says what happens.
// With --stay it keeps everything up afterwards.

const root = fileURLToPath(new URL('../../../', import.meta.url));
const stay = process.argv.includes('--stay');
const folder = join(root, '.sluice', stay ? 'start' : 'demo');

const versions = [
  { app: 'shell', version: 'v1.0.0' },
  { app: 'mfe1', version: 'v1.0.0' },
  { app: 'mfe2', version: 'v1.0.0' },
  { app: 'mfe1', version: 'v1.1.0' },
  { app: 'mfe1', version: 'v1.2.0', defect: 'throws-half' },
] as const satisfies readonly Omit<ExampleBuild, 'outDir'>[];

const buildDir = (app: string, version: string): string => join(folder, 'builds', `${app}-${version}`);

// However it is told to end, everything that it started ends first; telling it twice changes nothing.
const stop = new AbortController();
const end = (): void => {
  stop.abort();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
// A terminal that was closed, or a reader that stopped reading.
for (const stream of [process.stdout, process.stderr]) stream.on('error', end);

async function main(): Promise<number> {
  const ports = { edge: await freePort(stay ? 4400 : 0), api: await freePort(stay ? 4401 : 0) };
  const { signal } = stop;
  const platform = await createDemoPlatform({ folder, ...ports, signal });
  let traffic: Traffic | undefined;
  try {
    title('Building a shell and two micro-frontends with Vite');
    await buildAll();
    title('Publishing v1.0.0 of all three');
    await platform.sluice('init');
    for (const { app, version } of versions.slice(0, 3)) {
      await publish(platform, app, version);
      await platform.sluice('start', app, version, '--reason', 'first version');
    }
    await platform.serve();
    traffic = startTraffic({ edge: platform.edge, remotes: ['mfe1', 'mfe2'], perSecond: 250, random: Math.random });
    const good = await ramp(platform, 'v1.1.0', 'a good version');
    const bad = await ramp(platform, 'v1.2.0', 'half of its sessions fail');
    title('Outcome');
    print(`mfe1 v1.1.0: ${good}`);
    print(`mfe1 v1.2.0: ${bad}`);
    print(
      `${traffic.counts.visits.toLocaleString('en')} page loads, ${traffic.counts.failed.toLocaleString('en')} saw a broken micro-frontend.`,
    );
    const asExpected = good === 'promoted' && bad === 'rolled-back';
    if (stay && asExpected) await stayUp(platform, signal);
    return asExpected ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    print('Stopped before the end.');
    return 130;
  } finally {
    traffic?.stop();
    await platform.stop();
  }
}

async function buildAll(): Promise<void> {
  const queue = versions.values();
  const worker = async (): Promise<void> => {
    for (const build of queue) {
      await buildApp({ ...build, outDir: buildDir(build.app, build.version) }, stop.signal);
      print(`built ${build.app} ${build.version}${'defect' in build ? ' (half of its page loads throw)' : ''}`);
    }
  };
  await Promise.all([worker(), worker()]);
}

async function publish(platform: DemoPlatform, app: string, version: string): Promise<void> {
  // A shell that calls createInstance has no manifest that says what it brings.
  const shared = app === 'shell' ? ['--shared', `react@${react}`, '--shared', `react-dom@${react}`] : [];
  await platform.sluice('publish', buildDir(app, version), '--app', app, '--version', version, ...shared);
}

/** Ramps a version of mfe1 and tells how it ended. */
async function ramp(platform: DemoPlatform, version: string, what: string): Promise<string> {
  title(`Starting mfe1 ${version}: ${what}`);
  await publish(platform, 'mfe1', version);
  await platform.sluice('start', 'mfe1', version, '--reason', what);
  await platform.sluice('watch', 'mfe1', '--timeout', '3m');
  const { apps } = (await platform.sluiceJson('status', 'mfe1')) as {
    apps: readonly { rollout: { outcome: string | null; canary: string } | null }[];
  };
  const rollout = apps[0]?.rollout;
  return rollout?.canary === version ? (rollout.outcome ?? 'still running') : 'not started';
}

async function stayUp(platform: DemoPlatform, signal: AbortSignal): Promise<void> {
  title('Everything stays up');
  print(`The platform:  ${platform.edge}/`);
  print(`Its state:     ${platform.api}/api/status`);
  print(`Play with it:  cd ${platform.folder} && npx sluice status`);
  print('               npx sluice start mfe1 v1.2.0 && npx sluice watch mfe1');
  print('Stop with Ctrl+C.');
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

function title(text: string): void {
  print(`\n── ${text}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
