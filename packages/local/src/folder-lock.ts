import { open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DeliveryError } from '@sluice/core';
import { ensureFolder } from './ensure-folder.js';
import { isGone, newHolder } from './holder.js';
import { createTurns } from './in-turn.js';

/** Writes take milliseconds: whoever waited this long waits for something that is broken. */
const patienceMs = 90_000;
const inTurn = createTurns();

export interface FolderLock {
  readonly folder: string;
  /** Default 90,000. */
  readonly patienceMs?: number;
}

/**
 * A lock between processes without a lock of the kernel, which Node does not offer. Announce, then look: whoever wants
 * the lock first creates a file of its own and only then reads the folder; who sees nobody else alive owns it, who sees
 * somebody withdraws and tries again later. Of two that announce at once at least one sees the other (POSIX, readdir:
 * a file that was there before opendir is returned), so that never two own it. Names are unique and tell the process,
 * so that removing a dead one's file is never wrong: there is no moment at which two could take over the same lock.
 * Within one process writers queue, so that they do not race each other on the disk.
 */
export async function withFolderLock<T>(lock: FolderLock, work: () => Promise<T>): Promise<T> {
  return inTurn(lock.folder, async () => {
    const release = await acquire(lock);
    try {
      return await work();
    } finally {
      await release();
    }
  });
}

async function acquire(lock: FolderLock): Promise<() => Promise<void>> {
  const { folder } = lock;
  await ensureFolder(dirname(folder));
  await ensureFolder(folder);
  const since = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    let other = await otherAlive(folder, undefined);
    if (other === undefined) {
      const own = await announce(folder);
      const withdraw = (): Promise<void> => rm(join(folder, own), { force: true });
      try {
        other = await otherAlive(folder, own);
        if (other === undefined) return withdraw;
      } catch (error) {
        await withdraw();
        throw error;
      }
      await withdraw();
    }
    if (performance.now() - since > (lock.patienceMs ?? patienceMs)) throw neverFree(folder, other);
    // Random, so that two that saw each other do not meet again; bounded, so that a long queue still moves.
    await wait(1 + Math.random() * Math.min(40, 4 * (attempt + 1)));
  }
}

async function announce(folder: string): Promise<string> {
  const name = await newHolder();
  const file = await open(join(folder, name), 'wx');
  await file.close();
  return name;
}

/** The name of somebody else who is alive; files of dead ones are removed on the way. */
async function otherAlive(folder: string, own: string | undefined): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    if (name === own) continue;
    if (!(await isGone(join(folder, name)))) return name;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

function neverFree(folder: string, holder: string): DeliveryError {
  const pid = holder.split('-')[0] ?? '';
  return new DeliveryError({
    code: 'store-unreachable',
    message: `The lock "${folder}" does not become free: process ${pid} holds it. Nothing was written.`,
    remedy: `Look at process ${pid} (it may be stopped, or its disk may hang); end it, then run the same command again.`,
  });
}
