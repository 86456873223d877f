import type { AppKind, AppPlace, SharedDependency, Store, VersionId, VersionManifest } from '@sluice/core';
import { versionPrefix } from '@sluice/core';
import { checkRemote, manifestFile } from '../check-remote.js';
import type { BuildFile, Problem } from '../scan.js';
import { readVersionManifest } from '../verify.js';

/** What a published version says of itself, as far as others must get along with it. */
export interface BuildFacts {
  readonly manifest: VersionManifest;
  readonly exposes: readonly string[];
  readonly shared: readonly SharedDependency[];
  /** The page-wide list that a script remote's chunks register in; undefined for modules, which have none. */
  readonly chunkList: string | undefined;
  /** What is wrong with its `mf-manifest.json`. */
  readonly problems: readonly Problem[];
}

export interface FactsInput {
  readonly store: Store;
  readonly place: AppPlace;
  readonly kind: AppKind;
  readonly version: VersionId;
}

/** Undefined where the version is not published. Throws `document-invalid` where its `version.json` is garbled. */
export async function readFacts(input: FactsInput): Promise<BuildFacts | undefined> {
  const manifest = await readVersionManifest(input);
  if (manifest === undefined) return undefined;
  const { exposes, shared } = manifest;
  if (input.kind === 'shell') return { manifest, exposes, shared, chunkList: undefined, problems: [] };
  const { remote, problems } = checkRemote(await listedFiles(input, manifest), manifest.entry);
  const { entry } = remote;
  const chunkList = entry?.isScript === true ? chunkListOf(await textOf(input, entry.path)) : undefined;
  return { manifest, exposes, shared, chunkList, problems };
}

/** Every file by its name; only the manifest's content is looked at. */
async function listedFiles(input: FactsInput, { files }: VersionManifest): Promise<readonly BuildFile[]> {
  const bytes = new TextEncoder().encode(await textOf(input, manifestFile));
  return files.map(({ path, sha256 }) => ({ path, sha256, bytes: path === manifestFile ? bytes : new Uint8Array() }));
}

async function textOf({ store, place, version }: FactsInput, path: string): Promise<string> {
  const found = await store.read(`${versionPrefix(place, version)}${path}`);
  return found === undefined ? '' : new TextDecoder().decode(found.bytes);
}

/** webpack and Rspack name it after `output.uniqueName`: `self.webpackChunkmfe1`. */
function chunkListOf(entry: string): string | undefined {
  return /\b(?:webpack|rspack)Chunk[\w$]*/.exec(entry)?.[0];
}
