import type { SharedDependency } from '@sluice/core';
import * as v from 'valibot';
import type { BuildFile, Problem } from './scan.js';

const assets = v.looseObject({
  js: v.optional(
    v.looseObject({ sync: v.optional(v.array(v.string()), []), async: v.optional(v.array(v.string()), []) }),
  ),
  css: v.optional(
    v.looseObject({ sync: v.optional(v.array(v.string()), []), async: v.optional(v.array(v.string()), []) }),
  ),
});
const manifestShape = v.looseObject({
  name: v.string(),
  metaData: v.looseObject({
    publicPath: v.optional(v.string()),
    remoteEntry: v.looseObject({
      name: v.string(),
      path: v.optional(v.string(), ''),
      type: v.optional(v.string(), 'global'),
    }),
  }),
  exposes: v.optional(v.array(v.looseObject({ name: v.string(), assets: v.optional(assets) })), []),
  shared: v.optional(
    v.array(
      v.looseObject({
        name: v.string(),
        version: v.optional(v.nullable(v.string())),
        requiredVersion: v.optional(v.nullable(v.string())),
        singleton: v.optional(v.boolean()),
        strictVersion: v.optional(v.boolean()),
        assets: v.optional(assets),
      }),
    ),
    [],
  ),
});
type Manifest = v.InferOutput<typeof manifestShape>;

export const manifestFile = 'mf-manifest.json';

export interface Remote {
  readonly exposes: readonly string[];
  readonly shared: readonly SharedDependency[];
  /** What a host loads first; undefined where the manifest does not say. */
  readonly entry?: { readonly path: string; readonly isScript: boolean };
}

/**
 * What a remote's manifest says, and everything in it that the build does not keep. Another entry: a remote without
 * Module Federation, which says nothing of itself.
 */
export function checkRemote(
  files: readonly BuildFile[],
  entry = manifestFile,
): {
  readonly remote: Remote;
  readonly problems: readonly Problem[];
} {
  const none: Remote = { exposes: [], shared: [] };
  const file = files.find((candidate) => candidate.path === manifestFile);
  if (entry !== manifestFile) {
    return { remote: none, problems: files.some(({ path }) => path === entry) ? [] : [noEntry(entry)] };
  }
  if (file === undefined) return { remote: none, problems: [noManifest] };
  const manifest = readManifest(file);
  if (manifest === undefined) return { remote: none, problems: [garbledManifest] };
  const known = new Set(files.map((candidate) => candidate.path));
  const problems = namedFiles(manifest)
    .filter((path) => !known.has(path))
    .map((path) => missing(path));
  const base = manifest.metaData.publicPath ?? '';
  if (!['', './', 'auto'].includes(base)) problems.push(absoluteBase(base));
  return { remote: remoteOf(manifest), problems };
}

function readManifest(file: BuildFile): Manifest | undefined {
  try {
    const result = v.safeParse(manifestShape, JSON.parse(Buffer.from(file.bytes).toString('utf8')));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** The entry and all assets. `remoteEntry.ssr.js` is named as well, but a client build does not emit it. */
function namedFiles(manifest: Manifest): readonly string[] {
  const lists = [...manifest.exposes, ...manifest.shared].flatMap((part) => [part.assets?.js, part.assets?.css]);
  const named = lists.flatMap((list) => [...(list?.sync ?? []), ...(list?.async ?? [])]);
  return [...new Set([entryPath(manifest), ...named])];
}

function entryPath({ metaData }: Manifest): string {
  const { name, path } = metaData.remoteEntry;
  return `${path}${path === '' || path.endsWith('/') ? '' : '/'}${name}`;
}

function remoteOf(manifest: Manifest): Remote {
  const isScript = !['module', 'esm'].includes(manifest.metaData.remoteEntry.type);
  return {
    entry: { path: entryPath(manifest), isScript },
    exposes: manifest.exposes.map((expose) => expose.name).toSorted(),
    shared: manifest.shared
      .map((dependency) => ({
        name: dependency.name,
        ...(dependency.version ? { version: dependency.version } : {}),
        ...(dependency.requiredVersion ? { requiredVersion: dependency.requiredVersion } : {}),
        ...(dependency.singleton === undefined ? {} : { singleton: dependency.singleton }),
        ...(dependency.strictVersion === undefined ? {} : { strictVersion: dependency.strictVersion }),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const noManifest: Problem = {
  place: manifestFile,
  problem: 'A remote needs it, and it is not in the build.',
  remedy:
    'Set `manifest: true` in the federation plugin and build again; without Module Federation, name what pages load first: `--entry app.js`; for a shell, set `kind: "shell"` in sluice.config.',
};
const garbledManifest: Problem = {
  place: manifestFile,
  problem: 'It is not a Module Federation manifest (name, metaData.remoteEntry).',
  remedy: 'Build again; do not edit it by hand.',
};

function noEntry(entry: string): Problem {
  return {
    place: entry,
    problem: 'It is named as the entry, and it is not in the build.',
    remedy: 'Write its path in the folder that is published, like `--entry app.js`.',
  };
}

function missing(path: string): Problem {
  return {
    place: path,
    problem: 'The manifest names it, and it is not in the build: a chunk is missing.',
    remedy: 'Build again into an empty folder and publish the whole of it.',
  };
}

function absoluteBase(base: string): Problem {
  return {
    place: `${manifestFile} metaData.publicPath`,
    problem: `The base is "${base}", so that the build works in one place only.`,
    remedy: "Build with a relative base: `base: './'` (Vite), `publicPath: 'auto'` (webpack, Rspack).",
  };
}
