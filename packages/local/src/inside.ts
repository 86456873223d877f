import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { DeliveryError } from '@sluice/core';
import { codeOf } from './folder-errors.js';

/** Whether a path, as the file system resolves it, lies in the root. Both without links. */
export function isInside(root: string, real: string): boolean {
  return real.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Throws `store-read-only` where a link leads the key's folder out of the store; the object itself is not followed. */
export async function refuseWayOut(root: string, key: string): Promise<void> {
  const real = await deepestReal(dirname(join(root, key)));
  if (real === root || isInside(root, real)) return;
  throw new DeliveryError({
    code: 'store-read-only',
    message: `"${key}" leads out of the store "${root}" through a link, to "${real}".`,
    remedy: 'Put a folder in the place of the link, or make the target folder a store of its own.',
  });
}

/** The nearest folder above that exists, without links. */
async function deepestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = codeOf(error);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(path) === path) throw error;
    return deepestReal(dirname(path));
  }
}
