import { createHash, randomBytes } from 'node:crypto';
import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { codeOf } from './folder-errors.js';

const unknown = 'x';
/** A holder that nobody can ask about (another machine or container) counts as gone when its file is this old. */
const longestUnprovenMs = 60_000;

/** A name that nobody else ever had or will have, and that tells the process: `pid-birth-place-random`. */
export async function newHolder(): Promise<string> {
  const { pid } = process;
  return `${String(pid)}-${await birthOf(pid)}-${await placeHere()}-${randomBytes(8).toString('hex')}`;
}

/** Whether the process that made a file of such a name is gone for certain, or cannot be asked and the file is old. */
export async function isGone(path: string): Promise<boolean> {
  const [pidText, birth, place] = basename(path).split('-');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || place === undefined) return isOld(path);
  // A number means nothing in another container or on another machine.
  if (place !== (await placeHere())) return isOld(path);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return true;
  }
  // The number may have been given to another process since.
  const now = await birthOf(pid);
  return now === unknown || birth === unknown ? isOld(path) : now !== birth;
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > longestUnprovenMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
}

/** Start time of a process in clock ticks since boot (proc(5), field 22), where the system tells it. */
async function birthOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more.
    return afterName[0] === 'Z' ? 'zombie' : (afterName[19] ?? unknown);
  } catch {
    return unknown;
  }
}

let here: Promise<string> | undefined;

/** Where process numbers mean the same: one boot of one machine, one process namespace of it (pid_namespaces(7)). */
async function placeHere(): Promise<string> {
  here ??= Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(hostname),
    readlink('/proc/self/ns/pid').catch(() => unknown),
  ]).then((parts) => createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 12));
  return here;
}
