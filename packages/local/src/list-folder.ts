import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canBeginStoreKey, type ListedObject } from '@sluice/core';
import { codeOf } from './folder-errors.js';

/** All objects whose keys start with the prefix, sorted. Hidden names are the store's own; links are not followed. */
export async function listFolder(root: string, prefix: string): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  // From the root and not from the prefix: no folder is entered that is a link.
  if (canBeginStoreKey(prefix)) await walk({ root, folder: '', prefix, found });
  return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

interface Walk {
  readonly root: string;
  /** `''` or ends in `/`. */
  readonly folder: string;
  readonly prefix: string;
  readonly found: ListedObject[];
}

async function walk(at: Walk): Promise<void> {
  for (const entry of await entriesOf(join(at.root, at.folder))) {
    const key = `${at.folder}${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && (key.startsWith(at.prefix) || at.prefix.startsWith(`${key}/`))) {
      await walk({ ...at, folder: `${key}/` });
    } else if (entry.isFile() && key.startsWith(at.prefix)) {
      const size = await sizeOf(join(at.root, key));
      if (size !== undefined) at.found.push({ key, size });
    }
  }
}

/** Undefined where the file was removed since it was listed. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
