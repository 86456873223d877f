import { readFile, realpath, stat } from 'node:fs/promises';
import { createReadStream, type ReadStream } from 'node:fs';
import { join, sep } from 'node:path';
import type { AppPlace, VersionId } from '@sluice/core';
import { versionManifestKey, versionPrefix } from '@sluice/core';
import { lookup } from 'mrmime';

export type Encoding = 'identity' | 'br' | 'gzip';

/** One file of a version, ready to be sent: its headers are made once. */
export interface ServedFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly type: string;
  readonly encodings: readonly Encoding[];
  /** Absolute path without the suffix of an encoding. */
  readonly location: string;
}

export interface Versions {
  /** Undefined where the version is not published, or has no such file. */
  find(place: AppPlace, version: VersionId, file: string): Promise<ServedFile | undefined>;
  /** The bytes, from memory once they were asked for; undefined for a file that is too large for that. */
  bytes(file: ServedFile, encoding: Encoding): Promise<Buffer | undefined>;
  stream(file: ServedFile, range?: { readonly start: number; readonly end: number }): ReadStream;
}

const suffix: Readonly<Record<Encoding, string>> = { identity: '', br: '.br', gzip: '.gz' };
/** Larger files are streamed from disk. */
const largestInMemory = 8 * 1024 * 1024;

/** Versions of a store's folder. Only files that `version.json` lists are served; without it there is no version. */
export function createVersions(options: { readonly root: string; readonly maxBytes: number }): Versions {
  const tables = new Map<string, Map<string, ServedFile>>();
  const buffers = new Map<string, Buffer>();
  let held = 0;
  const keep = (path: string, bytes: Buffer): void => {
    buffers.set(path, bytes);
    held += bytes.length;
    for (const [oldest, old] of buffers) {
      if (held <= options.maxBytes) return;
      buffers.delete(oldest);
      held -= old.length;
    }
  };
  return {
    async find(place, version, file) {
      const prefix = versionPrefix(place, version);
      const table = tables.get(prefix) ?? (await readTable(options.root, place, version));
      if (table === undefined) return undefined;
      tables.set(prefix, table);
      return table.get(file);
    },
    async bytes(file, encoding) {
      if (file.size > largestInMemory) return undefined;
      const path = `${file.location}${suffix[encoding]}`;
      const known = buffers.get(path);
      if (known !== undefined) {
        // The most recently used is last.
        buffers.delete(path);
        buffers.set(path, known);
        return known;
      }
      const bytes = await readInside(options.root, path);
      keep(path, bytes);
      return bytes;
    },
    stream: (file, range) => createReadStream(file.location, range),
  };
}

async function readInside(root: string, path: string): Promise<Buffer> {
  const real = await realpath(path);
  if (!real.startsWith(root + sep)) throw new Error(`"${path}" leaves the store`);
  return readFile(real);
}

interface Listed {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly encodings?: readonly ('br' | 'gzip')[];
}

async function readTable(
  root: string,
  place: AppPlace,
  version: VersionId,
): Promise<Map<string, ServedFile> | undefined> {
  const manifestPath = join(root, versionManifestKey(place, version));
  let text: string;
  try {
    text = (await readInside(root, manifestPath)).toString('utf8');
  } catch {
    return undefined;
  }
  const files = listed(text);
  if (files === undefined) return undefined;
  const table = new Map<string, ServedFile>();
  for (const file of files) table.set(file.path, served(join(root, versionPrefix(place, version)), file));
  const { size } = await stat(manifestPath);
  const manifest = { path: 'version.json', size, sha256: `manifest-${version}` };
  table.set('version.json', served(join(root, versionPrefix(place, version)), manifest));
  return table;
}

function listed(text: string): readonly Listed[] | undefined {
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    return Array.isArray(files) ? files.filter(isListed) : undefined;
  } catch {
    return undefined;
  }
}

function isListed(value: unknown): value is Listed {
  const file = value as Partial<Listed> | null;
  return (
    typeof file?.path === 'string' &&
    !file.path.split('/').some((segment) => segment === '' || segment === '..' || segment === '.') &&
    typeof file.size === 'number' &&
    typeof file.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(file.sha256)
  );
}

function served(folder: string, file: Listed): ServedFile {
  return {
    path: file.path,
    size: file.size,
    sha256: file.sha256,
    type: contentType(file.path),
    encodings: ['identity', ...(file.encodings ?? [])],
    location: join(folder, file.path),
  };
}

function contentType(path: string): string {
  const type = path.endsWith('.map') ? 'application/json' : (lookup(path) ?? 'application/octet-stream');
  return /^text\/|javascript$|json$|xml$/.test(type) ? `${type}; charset=utf-8` : type;
}
