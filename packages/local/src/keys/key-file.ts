import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeliveryError, isSigningKey, type SigningKey } from '@sluice/core';
import { withFolderLock } from '../folder-lock.js';
import { keepFromGit } from './keep-from-git.js';

/** A key with its time: what is written. */
export interface DatedKey extends SigningKey {
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Keys that stay after a new one: what they signed holds until it expires or is signed anew. */
const mostKeys = 3;

export interface KeyFile {
  /** Outside of the store: what is in the store is served. */
  readonly path: string;
  readonly now: () => number;
}

/** The keys, newest first; made where there are none. Throws `keys-unsafe` where others may read them. */
export async function openKeys(at: KeyFile): Promise<readonly DatedKey[]> {
  const present = await readKeys(at.path);
  if (present !== undefined) return present;
  await mkdir(dirname(at.path), { recursive: true, mode: 0o700 });
  await keepFromGit(at.path);
  const temporary = await writeBeside(at.path, [newKey(at.now())]);
  // Of two processes that start at once one makes the keys, and the other takes them.
  await link(temporary, at.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(temporary, { force: true });
  return (await readKeys(at.path)) ?? [];
}

/** A new key signs from now on; the last ones before it still verify. Whoever could read the file still can. */
export async function rotateKeys(at: KeyFile): Promise<readonly DatedKey[]> {
  await openKeys(at);
  // Of two at once one would lose the other's key, by which CloudFront may sign already.
  return withFolderLock({ folder: `${at.path}.lock` }, () => addKey(at));
}

async function addKey(at: KeyFile): Promise<readonly DatedKey[]> {
  const keys = [newKey(at.now()), ...(await openKeys(at))].slice(0, mostKeys);
  const before = await stat(at.path);
  const temporary = await writeBeside(at.path, keys);
  try {
    if (process.platform !== 'win32') await giveAs(before, temporary, at.path);
    await rename(temporary, at.path);
  } finally {
    await rm(temporary, { force: true });
  }
  return keys;
}

/** Undefined where there is no file. */
async function readKeys(path: string): Promise<readonly DatedKey[] | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (process.platform !== 'win32' && isReadByOthers(found)) throw unsafe(path, found.mode);
  const keys = parseKeys(await readFile(path, 'utf8'));
  if (keys !== undefined) return keys;
  throw new DeliveryError({
    code: 'document-invalid',
    message: `"${path}" does not hold signing keys.`,
    remedy: 'Restore it; or remove it, and new keys are made: preview links end, and visitors are signed anew.',
  });
}

/** The owner's group stands for everybody on many machines; another one was named on purpose, such as that of nginx. */
function isReadByOthers({ mode, uid, gid }: Stats): boolean {
  const isOwnGroup = uid === process.getuid?.() && gid === process.getgid?.();
  return (mode & (isOwnGroup ? 0o077 : 0o037)) !== 0;
}

/** Owner (as root), group and mode of the file that it takes the place of. */
async function giveAs(before: Stats, temporary: string, path: string): Promise<void> {
  const now = await stat(temporary);
  const uid = process.getuid?.() === 0 ? before.uid : now.uid;
  try {
    if (uid !== now.uid || before.gid !== now.gid) await chown(temporary, uid, before.gid);
    await chmod(temporary, before.mode & 0o640);
  } catch (cause) {
    throw new DeliveryError({
      code: 'keys-unsafe',
      message: `The new keys cannot be given to the group that reads "${path}" (${String(before.gid)}), so that nothing was changed.`,
      remedy: 'Run `sluice keys rotate` as a member of that group, or as root.',
      cause,
    });
  }
}

/** Undefined for anything else than at least one key. */
export function parseKeys(text: string): readonly DatedKey[] | undefined {
  try {
    const { schema, keys } = JSON.parse(text) as { readonly schema?: unknown; readonly keys?: unknown };
    return schema === 1 && Array.isArray(keys) && keys.length > 0 && keys.every(isKey) ? keys : undefined;
  } catch {
    return undefined;
  }
}

function isKey(value: unknown): value is DatedKey {
  return isSigningKey(value) && typeof (value as Partial<DatedKey>).createdAt === 'string';
}

function newKey(nowMs: number): DatedKey {
  const secret = randomBytes(32).toString('base64url');
  return { id: randomBytes(4).toString('hex'), secret, createdAt: new Date(nowMs).toISOString() };
}

async function writeBeside(path: string, keys: readonly DatedKey[]): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ schema: 1, keys }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

function unsafe(path: string, mode: number): DeliveryError {
  return new DeliveryError({
    code: 'keys-unsafe',
    message: `"${path}" can be read by others (mode ${(mode & 0o777).toString(8)}): whoever has the keys can sign.`,
    remedy: `Type \`chmod 600 ${path}\`, then \`sluice keys rotate\`. Of groups only one that is not its owner's may read them (640).`,
  });
}
