import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { DeliveryError, type SigningKey } from '@sluice/core';
import { buildEdge, type BuiltFile, type EdgeBuild, type NginxFiles } from '@sluice/edge/build';
import { keepFromGit } from '@sluice/local';
import type { Target } from '@sluice/schema';
import type { GlobalOptions, World } from '../context.js';
import { loadConfig, type LoadedConfig } from '../load-config.js';
import { say } from '../output.js';
import { edgeKeysFile, keysIn } from './edge-keys.js';
import { nextStep, zipName } from './edge-next.js';

export interface EdgeBuildOptions extends GlobalOptions {
  readonly out?: string;
  readonly store?: string;
  readonly origin?: string;
  readonly pointers?: string;
  readonly keys?: string | undefined;
  readonly listen?: string;
  readonly api?: string;
  readonly regionHeader?: string;
  readonly plainHttp?: boolean;
  readonly nginxModule: string;
}

const targets = ['cloudfront', 'lambda', 'nginx', 'node'] as const;
type EdgeTarget = (typeof targets)[number];

/** Writes the edge of a target. Nothing is written where anything is wrong. */
export async function edgeBuild(world: World, options: EdgeBuildOptions): Promise<void> {
  const problems = problemsOf(options);
  if (problems.length > 0) {
    throw new DeliveryError({
      code: 'usage',
      message: `The edge cannot be built: ${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'}.`,
      remedy: 'See `sluice edge build --help`.',
      details: problems,
    });
  }
  const loaded = await loadConfig({ ...world, config: options.config, target: options.store });
  const target = options.target as EdgeTarget;
  const keys = edgeKeysFile(world, loaded.target, { edge: target, named: options.keys });
  const signingKeys = target === 'lambda' ? await keysIn(keys, world, loaded.target) : [];
  const files = await buildEdge(buildOf(loaded, target, { ...options, keys, signingKeys }));
  const out = resolve(world.cwd, options.out ?? join('edge', target));
  for (const file of files) await write(join(out, file.path), file);
  if (signingKeys.length > 0) await keepFromGit(join(out, zipName));
  const shown = relative(world.cwd, out) === '' ? '.' : relative(world.cwd, out);
  const next = nextStep(target, shown, keys);
  const written = files.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text) }));
  say(options.json, { target, out, files: written, next }, inWords(shown, written, next));
}

/** Each option that is wrong, and the target that each belongs to. */
function problemsOf(options: EdgeBuildOptions): readonly string[] {
  const problems: string[] = [];
  const { target = '', origin, pointers, keys, listen, api, regionHeader } = options;
  if (!targets.some((name) => name === target)) {
    problems.push(`--target: "${target}" is no edge. Choose cloudfront, lambda, nginx or node.`);
  }
  const only = (flag: string, value: string | undefined, of: readonly string[]): void => {
    if (value !== undefined && !of.includes(target))
      problems.push(`${flag}: It is for ${of.join(', ').replace(/, ([a-z]+)$/, ' and $1')} only. Leave it out.`);
  };
  only('--origin', origin, ['nginx']);
  only('--pointers', pointers, ['lambda']);
  only('--keys', keys, ['lambda', 'nginx', 'node']);
  only('--listen', listen, ['nginx', 'node']);
  only('--api', api, ['nginx', 'node']);
  for (const [flag, url] of [
    ['--origin', origin],
    ['--pointers', pointers],
    ['--api', api],
  ] as const) {
    if (url !== undefined && !isOrigin(url)) {
      problems.push(`${flag}: "${url}" is no address. Write one like https://host, without a query, quotes or spaces.`);
    }
  }
  if (listen !== undefined && !/^[\w.:[\]-]+:\d{1,5}$/.test(listen)) {
    problems.push(`--listen: "${listen}" is no address to listen at. Write one like 127.0.0.1:8080.`);
  }
  if (regionHeader !== undefined && !/^[A-Za-z][A-Za-z0-9-]*$/.test(regionHeader)) {
    problems.push(
      `--region-header: "${regionHeader}" is no name of a header. Write one like CloudFront-Viewer-Country.`,
    );
  }
  return problems;
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+(?:\/[\w./~-]*)?$/.test(text) && URL.canParse(text);
}

interface Wish extends EdgeBuildOptions {
  readonly signingKeys: readonly SigningKey[];
}

function buildOf({ config, target: place }: LoadedConfig, target: EdgeTarget, options: Wish): EdgeBuild {
  const apps = config.apps.map(({ place, kind, mount }) => ({ place, kind, mount }));
  const { visitors } = config;
  const common = { apps, regionHeader: options.regionHeader, secure: options.plainHttp !== true, visitors };
  if (target === 'cloudfront') return { ...common, target };
  if (target === 'lambda') {
    return { ...common, target, pointers: pointersOf(place, options), signingKeys: options.signingKeys };
  }
  const apiOrigin = options.api ?? `http://${place.controller.host}:${String(place.controller.port)}`;
  const own = place.kind === 'local' ? `${place.edge.host}:${String(place.edge.port)}` : '127.0.0.1:4400';
  const listen = options.listen ?? own;
  if (target === 'nginx') {
    const { origin, nginxModule: module } = options;
    const files: NginxFiles =
      origin === undefined ? { kind: 'folder', root: folderOf(place, target) } : { kind: 'origin', url: origin };
    return { ...common, target, listen, files, apiOrigin, module, keys: options.keys };
  }
  const at = listen.lastIndexOf(':');
  const [host, port] = [listen.slice(0, at), Number(listen.slice(at + 1))];
  return { ...common, target, root: folderOf(place, target), host, port, apiOrigin, keys: options.keys };
}

function pointersOf(place: Target, options: EdgeBuildOptions): string {
  const url = options.pointers ?? (place.kind === 'aws' ? place.site : undefined);
  if (url !== undefined) return url.replace(/\/+$/, '');
  throw new DeliveryError({
    code: 'usage',
    message: 'Lambda@Edge has no key-value store and must be told where to ask for pointers.',
    remedy: `Name it by --pointers, such as https://d111111abcdef8.cloudfront.net, or as targets.${place.name}.site.`,
  });
}

/** The store's folder, where it is one that such an edge can serve. */
function folderOf(place: Target, target: 'nginx' | 'node'): string {
  if (place.kind !== 'local') {
    throw new DeliveryError({
      code: 'usage',
      message: `The store of target "${place.name}" is no folder of this machine.`,
      remedy: target === 'nginx' ? 'Name its address by --origin.' : 'Use `--target nginx` with --origin.',
    });
  }
  // What has a meaning in nginx.conf cannot be written there.
  if (target === 'node' || !/["$\\\n]/.test(place.store)) return place.store;
  throw new DeliveryError({
    code: 'usage',
    message: `nginx cannot be told to serve "${place.store}": its configuration has no way to write ", $ or \\.`,
    remedy: 'Choose a folder without these for the `store` of the target.',
  });
}

/** Whole or not at all: a server may read it at any time. */
async function write(path: string, { text, isSecret = false }: BuiltFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (isSecret) await keepFromGit(path);
  await rm(`${path}.new`, { force: true });
  await writeFile(`${path}.new`, text, { mode: isSecret ? 0o600 : 0o666 });
  await rename(`${path}.new`, path);
}

function inWords(out: string, written: readonly (Pick<BuiltFile, 'path'> & { bytes: number })[], next: string): string {
  const lines = written.map(({ path, bytes }) => `  ${path.padEnd(20)} ${String(bytes)} bytes`);
  return [`Built ${out}:`, ...lines, '', next].join('\n');
}
