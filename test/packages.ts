import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the packages are. */
export const packagesFolder = fileURLToPath(new URL('../packages/', import.meta.url));

interface Entry {
  readonly source?: string;
}

interface Manifest {
  readonly exports: Readonly<Record<string, Entry | string>>;
}

/** Every package by its folder's name, with its subpaths and the source of each (undefined for a file as it is). */
export function readPackages(): ReadonlyMap<string, ReadonlyMap<string, string | undefined>> {
  const folders = readdirSync(packagesFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(folders.map(({ name }) => [name, entriesOf(name)]));
}

function entriesOf(name: string): ReadonlyMap<string, string | undefined> {
  const { exports } = JSON.parse(readFileSync(`${packagesFolder}${name}/package.json`, 'utf8')) as Manifest;
  return new Map(
    Object.entries(exports).map(([subpath, entry]) => [subpath, typeof entry === 'string' ? undefined : entry.source]),
  );
}
