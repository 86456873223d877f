import { createHash, randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { ListedObject, Store, StoredObject, WriteCondition, WriteResult } from '@sluice/core';
import { DeliveryError, storeMarkerKey } from '@sluice/core';
import { ensureFolder } from './ensure-folder.js';
import { etagOf } from './etag.js';
import { withFolderLock } from './folder-lock.js';
import { codeOf, guarded } from './folder-errors.js';
import { checkKey } from './key.js';
import { holds } from './memory-store.js';

/**
 * A store in a folder; keys are paths. Writes are whole or not at all (a temporary file, synced, then renamed), and
 * compare-and-swap holds between processes. Throws `store-not-found` where the folder is not a store.
 */
export async function createFolderStore(options: { readonly root: string }): Promise<Store> {
  const root = await rootOf(resolve(options.root));
  return {
    read: async (key) => guarded(root, () => readObject(root, checkKey(key))),
    write: async (key, bytes, condition) =>
      guarded(root, () => writeObject({ root, key: checkKey(key), bytes, condition })),
    list: async (prefix) => guarded(root, () => listObjects(root, prefix)),
    remove: async (key) => guarded(root, () => rm(join(root, checkKey(key)), { force: true })),
  };
}

/** Makes a folder a store. A store stays as it is; a folder with other content is refused. */
export async function initFolderStore(options: { readonly root: string }): Promise<'created' | 'present'> {
  const root = resolve(options.root);
  return guarded(root, async () => {
    await mkdir(root, { recursive: true });
    const content = await readdir(root);
    if (content.includes(storeMarkerKey)) return 'present';
    if (content.length > 0) {
      throw new DeliveryError({
        code: 'store-not-found',
        message: `"${root}" is not empty and not a Sluice store: it has ${content.slice(0, 3).join(', ')}.`,
        remedy: 'Name an empty or a new folder as `store` of the target in sluice.config.',
      });
    }
    const bytes = new TextEncoder().encode('{ "schema": 1 }\n');
    await writeObject({ root, key: storeMarkerKey, bytes, condition: undefined });
    return 'created';
  });
}

async function rootOf(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    await stat(join(real, storeMarkerKey));
    return real;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
    throw new DeliveryError({
      code: 'store-not-found',
      message: `"${root}" is not a Sluice store: there is no ${storeMarkerKey} in it.`,
      remedy: 'Make one with `sluice init`, or correct `store` of the target in sluice.config.',
      cause: error,
    });
  }
}

async function readObject(root: string, key: string): Promise<StoredObject | undefined> {
  try {
    const path = await realpath(join(root, key));
    // A link that leaves the store is not an object of it.
    if (!path.startsWith(root + sep)) return undefined;
    const bytes = await readFile(path);
    return { bytes, etag: etagOf(bytes) };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}

interface Write {
  readonly root: string;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly condition: WriteCondition | undefined;
}

async function writeObject(write: Write): Promise<WriteResult> {
  const { root, key, bytes, condition } = write;
  const lock = join(root, '.locks', createHash('sha256').update(key).digest('hex').slice(0, 16));
  return withFolderLock(lock, async () => {
    if (condition !== undefined && !holds(await readObject(root, key), condition)) return { kind: 'conflict' };
    await replace(root, key, bytes);
    return { kind: 'written', etag: etagOf(bytes) };
  });
}

async function replace(root: string, key: string, bytes: Uint8Array): Promise<void> {
  const target = join(root, key);
  const temporary = join(root, '.tmp', randomBytes(12).toString('hex'));
  await ensureFolder(join(root, '.tmp'));
  await mkdir(dirname(target), { recursive: true });
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** The rename itself is durable only when its folder is (rename(2), fsync(2)). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function listObjects(root: string, prefix: string): Promise<readonly ListedObject[]> {
  const keys: ListedObject[] = [];
  const base = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  await walk({ root, key: base, prefix, keys });
  return keys.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

async function walk(at: { root: string; key: string; prefix: string; keys: ListedObject[] }): Promise<void> {
  for (const entry of await entriesOf(join(at.root, at.key))) {
    const key = `${at.key}${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && (`${key}/`.startsWith(at.prefix) || at.prefix.startsWith(`${key}/`))) {
      await walk({ ...at, key: `${key}/` });
    } else if (entry.isFile() && key.startsWith(at.prefix)) {
      at.keys.push({ key, size: (await stat(join(at.root, key))).size });
    }
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
