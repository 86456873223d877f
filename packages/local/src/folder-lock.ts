import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureFolder } from './ensure-folder.js';

/**
 * A lock between processes without a lock of the kernel, which Node does not offer. Announce, then look: whoever wants
 * the lock first creates a file of its own and only then reads the folder; who sees nobody else alive owns it, who sees
 * somebody withdraws and tries again later. Of two that announce at once at least one sees the other, so that never two
 * own it. Names are unique and tell the process, so that removing a dead one's file is never wrong.
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const release = await acquire(folder);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(folder: string): Promise<() => Promise<void>> {
  await ensureFolder(dirname(folder));
  await ensureFolder(folder);
  for (let attempt = 0; ; attempt += 1) {
    if ((await othersAlive(folder, undefined)) === 0) {
      const own = await announce(folder);
      const withdraw = (): Promise<void> => rm(join(folder, own), { force: true });
      try {
        if ((await othersAlive(folder, own)) === 0) return withdraw;
      } catch (error) {
        await withdraw();
        throw error;
      }
      await withdraw();
    }
    // Random, so that two that saw each other do not meet again; bounded, so that a long queue still moves.
    await wait(1 + Math.random() * Math.min(40, 4 * (attempt + 1)));
  }
}

async function announce(folder: string): Promise<string> {
  const name = `${String(process.pid)}-${await birthOf(process.pid)}-${randomBytes(8).toString('hex')}`;
  const file = await open(join(folder, name), 'wx');
  await file.close();
  return name;
}

async function othersAlive(folder: string, own: string | undefined): Promise<number> {
  let alive = 0;
  for (const name of await readdir(folder)) {
    if (name === own) continue;
    if (await isAlive(name)) alive += 1;
    else await rm(join(folder, name), { force: true });
  }
  return alive;
}

async function isAlive(name: string): Promise<boolean> {
  const [pidText, birth] = name.split('-');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // The number may have been given to another process since.
  const now = await birthOf(pid);
  return now === birth || now === unknownBirth || birth === unknownBirth;
}

const unknownBirth = 'x';

/** Start time of a process in clock ticks since boot (proc(5), field 22), where the system tells it. */
async function birthOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more.
    return afterName[0] === 'Z' ? 'zombie' : (afterName[19] ?? unknownBirth);
  } catch {
    return unknownBirth;
  }
}
