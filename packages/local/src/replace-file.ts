import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DeliveryError } from '@sluice/core';
import { ensureFolder } from './ensure-folder.js';
import { codeOf } from './folder-errors.js';
import { isGone, newHolder } from './holder.js';
import { refuseWayOut } from './inside.js';

const temporaries = '.tmp';

/** Puts bytes in the place of an object whole or not at all, durable when it resolves. */
export async function replaceFile(at: { readonly root: string; readonly key: string }, bytes: Uint8Array) {
  const target = join(at.root, at.key);
  await refuseWayOut(at.root, at.key);
  await refuseFolder(at);
  await mkdirFor(at);
  const temporary = join(at.root, temporaries, await newHolder());
  await ensureFolder(join(at.root, temporaries));
  // Opened first: when there is no handle left, that must show before the rename and not after it.
  const folder = await open(dirname(target), 'r');
  try {
    await writeSynced(temporary, bytes);
    await rename(temporary, target);
    // The rename itself is durable only when its folder is (rename(2), fsync(2)).
    await folder.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await folder.close();
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function mkdirFor(at: { readonly root: string; readonly key: string }): Promise<void> {
  try {
    await mkdir(dirname(join(at.root, at.key)), { recursive: true });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' || code === 'ENOTDIR') throw taken(at.key, error);
    throw error;
  }
}

async function refuseFolder(at: { readonly root: string; readonly key: string }): Promise<void> {
  const found = await stat(join(at.root, at.key)).catch(() => undefined);
  if (found?.isDirectory() === true) throw taken(at.key, undefined);
}

function taken(key: string, cause: unknown): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `"${key}" cannot be written: in a folder an object cannot be the folder of others as well.`,
    remedy: 'Choose another name for one of the two.',
    cause,
  });
}

/** Removes what killed writers left; what living ones are writing stays. A store that cannot be cleaned still opens. */
export async function removeLeftovers(root: string): Promise<void> {
  const folder = join(root, temporaries);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (await isGone(path).catch(() => false)) await rm(path, { force: true }).catch(() => undefined);
  }
}
