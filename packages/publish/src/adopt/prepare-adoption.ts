import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AppId, AppKind } from '@sluice/core';
import { manifestFile } from '../check-remote.js';
import { scanBuild, type Problem } from '../scan.js';
import { collectLive, type Fetch } from './collect-live.js';
import { makeManifest } from './make-manifest.js';

export interface AdoptionInput {
  readonly app: AppId;
  readonly kind: AppKind;
  /** A folder, or the address of a live build. */
  readonly source: { readonly dir: string } | { readonly url: URL; readonly fetch: Fetch };
  /** Page-wide name of a script remote, where its entry does not show it. */
  readonly globalName?: string | undefined;
}

export type Adoption =
  | {
      readonly kind: 'ready';
      /** A folder of its own, as `publishVersion` takes it. */
      readonly dir: string;
      readonly files: number;
      /** What a made manifest says; undefined where the build has one. */
      readonly made: { readonly exposes: readonly string[]; readonly globalName: string | undefined } | undefined;
      remove(): Promise<void>;
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** A live build as a folder that can be published: its files, and a manifest where its toolchain makes none. */
export async function prepareAdoption(input: AdoptionInput): Promise<Adoption> {
  const collected = await collect(input);
  if (collected.problems.length > 0) return { kind: 'refused', problems: collected.problems };
  const files = new Map(collected.files);
  const made = input.kind === 'remote' && !files.has(manifestFile) ? await manifestFor(input, files) : undefined;
  if (made !== undefined && 'problem' in made) return { kind: 'refused', problems: [made] };
  if (made !== undefined) files.set(made.file, made.bytes);
  const dir = await mkdtemp(join(tmpdir(), 'sluice-adopt-'));
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), bytes);
  }
  const remove = async (): Promise<void> => rm(dir, { recursive: true, force: true });
  return { kind: 'ready', dir, files: files.size, made, remove };
}

interface Collected {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly problems: readonly Problem[];
}

async function collect({ kind, source }: AdoptionInput): Promise<Collected> {
  if ('url' in source) return collectLive({ kind, ...source });
  const scan = await scanBuild(source.dir, kind);
  if (scan.kind === 'refused') return { files: new Map(), problems: scan.problems };
  return { files: new Map(scan.files.map(({ path, bytes }) => [path, bytes])), problems: [] };
}

async function manifestFor({ app, globalName }: AdoptionInput, files: ReadonlyMap<string, Uint8Array>) {
  const entry = [...files.keys()].filter((path) => /(^|\/)remoteEntry\.m?js$/.test(path)).toSorted(shortest)[0];
  const bytes = entry === undefined ? undefined : files.get(entry);
  if (entry === undefined || bytes === undefined) {
    return {
      place: manifestFile,
      problem: 'There is neither a manifest nor a remoteEntry.js: this is no Module Federation remote.',
      remedy: 'Name the folder or address in which remoteEntry.js is.',
    };
  }
  const made = await makeManifest(app, { path: entry, text: new TextDecoder().decode(bytes) }, globalName);
  if (made.exposes.length > 0) return made;
  return {
    place: entry,
    problem: 'It shows nothing that it exposes.',
    remedy: 'Build it once with `manifest: true` in the federation plugin, and adopt that build.',
  };
}

const shortest = (a: string, b: string): number => a.length - b.length;
