import type {
  AppKind,
  AppPlace,
  SharedDependency,
  Store,
  VersionFile,
  VersionId,
  VersionManifest,
  VisitorRules,
} from '@sluice/core';
import { DeliveryError, versionManifestKey, versionPrefix } from '@sluice/core';
import { checkImports } from './check-imports.js';
import { checkRemote, manifestFile, type Remote } from './check-remote.js';
import { compress } from './compress.js';
import { inParallel } from './in-parallel.js';
import { createTally, type Progress } from './progress.js';
import { put } from './put.js';
import { bootScriptFile, rewriteShell } from './rewrite-shell.js';
import { scanBuild, sha256, type BuildFile, type Problem } from './scan.js';
import { readVersionManifest, verifyVersion } from './verify.js';

export interface PublishInput {
  readonly store: Store;
  readonly place: AppPlace;
  readonly kind: AppKind;
  readonly version: VersionId;
  /** The build's folder; it is read only. */
  readonly dir: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** For remotes without Module Federation: the file that pages load first. */
  readonly entry?: string | undefined;
  /** For shells: the script that reports the attempt to boot. */
  readonly bootScript?: Uint8Array | undefined;
  /** For shells: `visitors` of the configuration, for the page to have the same words as the edge. */
  readonly visitors?: VisitorRules | undefined;
  readonly commit?: string | undefined;
  /** Ranges of other apps' versions that it needs. */
  readonly needs?: Readonly<Record<string, string>> | undefined;
  /** False: it changes what users store, so that only a person takes it back. */
  readonly rollbackSafe?: boolean | undefined;
  readonly builder?: string | undefined;
  /** For shells that have no manifest: what they share with remotes, with versions. */
  readonly shared?: readonly SharedDependency[] | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export type PublishResult =
  | { readonly kind: 'published' | 'unchanged'; readonly manifest: VersionManifest; readonly uploaded: number }
  | {
      readonly kind: 'refused';
      readonly code: 'build-invalid' | 'version-exists';
      readonly problems: readonly Problem[];
    };

/**
 * Puts a build into the store once and for ever. `version.json` is written last and only where there is none: before
 * it the version does not exist, and the next run uploads what is missing. The same bytes again: nothing is written.
 */
export async function publishVersion(input: PublishInput): Promise<PublishResult> {
  const scan = await scanBuild(input.dir, input.kind);
  if (scan.kind === 'refused') return { ...scan, code: 'build-invalid' };
  const checked = await check(input, scan.files);
  if (checked.problems.length > 0) return { kind: 'refused', code: 'build-invalid', problems: checked.problems };
  const present = await readVersionManifest(input);
  if (present !== undefined) return compare(input, present, checked.files);
  const uploaded = await upload(input, checked.files);
  const manifest = manifestOf(input, { files: uploaded.listed, remote: checked.remote });
  await commit(input, manifest);
  return { kind: 'published', manifest, uploaded: uploaded.count };
}

interface Checked {
  readonly files: readonly BuildFile[];
  readonly remote: Remote;
  readonly problems: readonly Problem[];
}

async function check(input: PublishInput, files: readonly BuildFile[]): Promise<Checked> {
  const imports = await checkImports(files);
  if (input.kind === 'remote') {
    const { remote, problems } = checkRemote(files, input.entry);
    return { files, remote, problems: [...problems, ...imports] };
  }
  const shell = withBoot(input, files);
  const remote = { exposes: [], shared: sharedByShell(input, files) };
  return { files: shell.files, remote, problems: [...shell.problems, ...imports] };
}

/** A shell that is built by the federation plugin has a manifest; another one is told what it shares. */
function sharedByShell({ shared = [] }: PublishInput, files: readonly BuildFile[]): readonly SharedDependency[] {
  const told = new Set(shared.map(({ name }) => name));
  const own = checkRemote(files).remote.shared.filter(({ name }) => !told.has(name));
  return [...own, ...shared].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function withBoot(
  input: PublishInput,
  files: readonly BuildFile[],
): { readonly files: readonly BuildFile[]; readonly problems: readonly Problem[] } {
  const page = files.find((file) => file.path === 'index.html');
  if (page === undefined) {
    const problem = {
      place: 'index.html',
      problem: 'A shell needs it, and it is not in the build.',
      remedy: 'Build the shell, or set `kind: "remote"` in sluice.config.',
    };
    return { files, problems: [problem] };
  }
  const known = new Set(files.map((file) => file.path));
  const { text, problems } = rewriteShell({
    app: input.place.app,
    version: input.version,
    text: Buffer.from(page.bytes).toString('utf8'),
    known,
    visitors: input.visitors,
  });
  const boot = input.bootScript ?? new Uint8Array();
  const others = files.filter((file) => file !== page && file.path !== bootScriptFile);
  const made = [file('index.html', Buffer.from(text)), file(bootScriptFile, boot)];
  return { files: [...others, ...made].toSorted((a, b) => (a.path < b.path ? -1 : 1)), problems };
}

function file(path: string, bytes: Uint8Array): BuildFile {
  return { path, bytes, sha256: sha256(bytes) };
}

async function compare(
  input: PublishInput,
  present: VersionManifest,
  files: readonly BuildFile[],
): Promise<PublishResult> {
  const before = new Map(present.files.map((known) => [known.path, known.sha256]));
  const after = new Map(files.map((built) => [built.path, built.sha256]));
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const differing = paths.filter((path) => before.get(path) !== after.get(path));
  if (differing.length > 0) {
    const remedy = 'Versions never change: publish this build under a new version.';
    const how = (path: string): string =>
      !after.has(path)
        ? 'It is published, and this build lacks it.'
        : before.has(path)
          ? 'It has other bytes.'
          : 'It is new.';
    return {
      kind: 'refused',
      code: 'version-exists',
      problems: differing.map((place) => ({ place, problem: how(place), remedy })),
    };
  }
  const spoilt = (await verifyVersion(input)) ?? [];
  if (spoilt.length === 0) return { kind: 'unchanged', manifest: present, uploaded: 0 };
  // The same build mends what was damaged in the store.
  const { count } = await upload(input, files);
  return { kind: 'published', manifest: present, uploaded: count };
}

async function upload(
  input: PublishInput,
  files: readonly BuildFile[],
): Promise<{ readonly listed: readonly VersionFile[]; readonly count: number }> {
  const prefix = versionPrefix(input.place, input.version);
  const tally = createTally(
    files.map(({ bytes }) => ({ size: bytes.length })),
    input.onProgress,
  );
  const listed: VersionFile[] = [];
  let count = 0;
  await inParallel(files, 8, async (built) => {
    const compressed = await compress(built.path, built.bytes);
    if (await put(input.store, `${prefix}${built.path}`, built.bytes)) count += 1;
    for (const { suffix, bytes } of compressed) await put(input.store, `${prefix}${built.path}${suffix}`, bytes);
    const encodings = compressed.map(({ encoding }) => encoding);
    const entry = { path: built.path, size: built.bytes.length, sha256: built.sha256 };
    listed.push(encodings.length === 0 ? entry : { ...entry, encodings });
    tally.done(built.bytes.length);
  });
  return { listed: listed.toSorted((a, b) => (a.path < b.path ? -1 : 1)), count };
}

async function commit(input: PublishInput, manifest: VersionManifest): Promise<void> {
  const key = versionManifestKey(input.place, input.version);
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const result = await input.store.write(key, bytes, { kind: 'absent' });
  if (result.kind === 'written') return;
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `Somebody else published ${input.place.app} ${input.version} at the same time.`,
    remedy: 'Publish again: the same bytes are fine, other bytes are refused.',
  });
}

function manifestOf(
  input: PublishInput,
  found: { readonly files: readonly VersionFile[]; readonly remote: Remote },
): VersionManifest {
  return {
    schema: 1,
    app: input.place.app,
    version: input.version,
    kind: input.kind,
    entry: input.kind === 'shell' ? 'index.html' : (input.entry ?? manifestFile),
    files: found.files,
    exposes: found.remote.exposes,
    shared: found.remote.shared,
    ...(Object.keys(input.needs ?? {}).length === 0 ? {} : { needs: { ...input.needs } }),
    ...(input.rollbackSafe === false ? { rollbackSafe: false } : {}),
    ...(input.commit === undefined ? {} : { commit: input.commit }),
    ...(input.builder === undefined ? {} : { builder: input.builder }),
    publishedAt: new Date(input.now()).toISOString(),
  };
}
