import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, realpath, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Store, StoredObject, WriteCondition, WriteResult } from '@sluice/core';
import { checkStoreKey, DeliveryError, storeMarkerKey } from '@sluice/core';
import { etagOf } from './etag.js';
import { codeOf, guarded } from './folder-errors.js';
import { withFolderLock } from './folder-lock.js';
import { createLimit } from './in-turn.js';
import { isInside, refuseWayOut } from './inside.js';
import { listFolder } from './list-folder.js';
import { holds } from './memory-store.js';
import { removeLeftovers, replaceFile } from './replace-file.js';

/** Each piece of work holds up to three file handles; a thousand of them at once must not use up a process's. */
const atOnce = 16;

/**
 * A store in a folder; keys are paths. Writes are whole or not at all (a temporary file, synced, then renamed), and
 * compare-and-swap holds between processes. Throws `store-not-found` where the folder is not a store.
 */
export async function createFolderStore(options: { readonly root: string }): Promise<Store> {
  const root = await rootOf(resolve(options.root));
  await removeLeftovers(root);
  const limited = createLimit(atOnce);
  const run = <T>(work: () => Promise<T>): Promise<T> => limited(() => guarded(root, work));
  return {
    read: async (key) => (checkStoreKey(key), run(() => readObject(root, key))),
    write: async (key, bytes, condition) => (
      checkStoreKey(key),
      run(() => writeObject({ root, key, bytes, condition }))
    ),
    list: async (prefix) => run(() => listFolder(root, prefix)),
    remove: async (key) => (checkStoreKey(key), run(() => removeObject(root, key))),
  };
}

/** Makes a folder a store. A store stays as it is; a folder with other content is refused. */
export async function initFolderStore(options: { readonly root: string }): Promise<'created' | 'present'> {
  const asked = resolve(options.root);
  return guarded(asked, async () => {
    await mkdir(asked, { recursive: true });
    const root = await realpath(asked);
    const content = await readdir(root);
    if (content.includes(storeMarkerKey)) return 'present';
    // Hidden names of ours: what a crash of this very function leaves.
    const foreign = content.filter((name) => name !== '.tmp' && name !== '.locks');
    if (foreign.length > 0) throw notEmpty(root, foreign);
    const bytes = new TextEncoder().encode('{ "schema": 1 }\n');
    const { kind } = await writeObject({ root, key: storeMarkerKey, bytes, condition: { kind: 'absent' } });
    return kind === 'written' ? 'created' : 'present';
  });
}

function notEmpty(root: string, content: readonly string[]): DeliveryError {
  return new DeliveryError({
    code: 'store-not-found',
    message: `"${root}" is not empty and not a Sluice store: it has ${content.slice(0, 3).join(', ')}.`,
    remedy: 'Name an empty or a new folder as `store` of the target in sluice.config.',
  });
}

async function rootOf(root: string): Promise<string> {
  return guarded(root, async () => {
    try {
      const real = await realpath(root);
      await stat(join(real, storeMarkerKey));
      return real;
    } catch (cause) {
      if (codeOf(cause) !== 'ENOENT' && codeOf(cause) !== 'ENOTDIR') throw cause;
      throw new DeliveryError({
        code: 'store-not-found',
        message: `"${root}" is not a Sluice store: there is no ${storeMarkerKey} in it.`,
        remedy: 'Make one with `sluice init`, or correct `store` of the target in sluice.config.',
        cause,
      });
    }
  });
}

async function readObject(root: string, key: string): Promise<StoredObject | undefined> {
  try {
    const path = await realpath(join(root, key));
    // A link that leaves the store is not an object of it.
    if (!isInside(root, path)) return undefined;
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
  const { root, key, condition } = write;
  // Ours from here on: the caller may use its buffer again while this write waits for its turn.
  const bytes = write.bytes.slice();
  return withFolderLock(lockOf(root, key), async () => {
    if (condition !== undefined && !holds(await readObject(root, key), condition)) return { kind: 'conflict' };
    await replaceFile({ root, key }, bytes);
    return { kind: 'written', etag: etagOf(bytes) };
  });
}

/** Under the lock, because a removal between a writer's look and its rename would be undone. */
async function removeObject(root: string, key: string): Promise<void> {
  await refuseWayOut(root, key);
  const path = join(root, key);
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return;
  await withFolderLock(lockOf(root, key), async () => {
    try {
      await unlink(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return;
      throw error;
    }
    await syncFolder(dirname(path));
  });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** 256 locks for all keys: a lock for each key would leave a folder behind for every file ever published. */
function lockOf(root: string, key: string): { readonly folder: string } {
  return { folder: join(root, '.locks', createHash('sha256').update(key).digest('hex').slice(0, 2)) };
}
