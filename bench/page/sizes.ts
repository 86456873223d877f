import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.sluice', 'bench', 'page-peers');

interface Bundle {
  readonly name: string;
  readonly code: string;
  /** Installed for this bench only; absent for what is ours. */
  readonly installed?: string;
}

const ours: readonly Bundle[] = [
  { name: 'Sluice: resolver', code: `export { getResolver, getMfeManifestUrl } from '@sluice/resolver';` },
  {
    name: 'Sluice: resolver, plugin, telemetry',
    code: `export { sluicePlugin, sluiceRemote } from '@sluice/federation';`,
  },
];

const peers: readonly Bundle[] = [
  {
    name: 'retry-plugin',
    code: `export { RetryPlugin } from '@module-federation/retry-plugin';`,
    installed: '@module-federation/retry-plugin@0.17.1',
  },
  {
    name: 'OpenFeature web SDK',
    code: `export { OpenFeature } from '@openfeature/web-sdk';`,
    installed: '@openfeature/web-sdk@1.10.0',
  },
  {
    name: 'GrowthBook',
    code: `export { GrowthBook } from '@growthbook/growthbook';`,
    installed: '@growthbook/growthbook@1.8.0',
  },
  {
    name: 'LaunchDarkly',
    code: `export { initialize } from 'launchdarkly-js-client-sdk';`,
    installed: 'launchdarkly-js-client-sdk@3.9.5',
  },
];

export interface Size {
  readonly name: string;
  /** Minified and gzipped; undefined where it cannot be installed. */
  readonly bytes: number | undefined;
}

/** What a page pays for Sluice, and for others; all bundled alike. */
export async function sizes(): Promise<readonly Size[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const measured: Size[] = [];
  for (const bundle of [...ours, ...peers]) measured.push({ name: bundle.name, bytes: await sizeOf(bundle) });
  return measured;
}

async function sizeOf({ code, installed }: Bundle): Promise<number | undefined> {
  if (installed !== undefined) {
    const args = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', installed];
    if (spawnSync('npm', args, { cwd: folder, stdio: 'ignore' }).status !== 0) return undefined;
  }
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: installed === undefined ? root : folder },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    conditions: ['source'],
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length;
}
