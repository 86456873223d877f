import { mkdir, open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SlotJournal } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import { codeOf, guarded } from './folder-errors.js';
import { createTurns } from './in-turn.js';

/** Lines in memory, for tests. */
export function createMemoryJournal(): SlotJournal {
  const lines = new Map<string, string[]>();
  return {
    append: async (rolloutId, line) => {
      lines.set(checkId(rolloutId), [...(lines.get(rolloutId) ?? []), checkLine(line)]);
      return Promise.resolve();
    },
    read: async (rolloutId) => Promise.resolve(lines.get(checkId(rolloutId)) ?? []),
  };
}

/** One file of lines per rollout, in a folder. A line that a crash tore is cut off before the next one is appended. */
export function createFolderJournal(options: { readonly root: string }): SlotJournal {
  const root = resolve(options.root);
  const path = (rolloutId: string): string => join(root, `${checkId(rolloutId)}.jsonl`);
  // A line that is half on the disk is not torn while its writer lives: appends take turns.
  const inTurn = createTurns();
  return {
    append: async (rolloutId, line) => {
      const file = path(rolloutId);
      const text = checkLine(line);
      return inTurn(file, () => guarded(root, () => appendLine(root, file, text)));
    },
    read: async (rolloutId) => guarded(root, async () => (await wholeText(path(rolloutId))).split('\n').slice(0, -1)),
  };
}

async function appendLine(root: string, path: string, line: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const end = size === 0 ? 0 : await wholeEnd(path, size);
    if (end < size) await file.truncate(end);
    await file.appendFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where the last whole line ends; a look at the last byte is enough unless a crash tore a line. */
async function wholeEnd(path: string, size: number): Promise<number> {
  const file = await open(path, 'r');
  try {
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, size - 1);
    if (last.toString() === '\n') return size;
  } finally {
    await file.close();
  }
  return Buffer.byteLength(await wholeText(path));
}

async function wholeText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString('utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

function checkLine(line: string): string {
  if (!/[\r\n]/.test(line)) return line;
  throw new DeliveryError({
    code: 'usage',
    message: 'A line of a journal has a line break in it.',
    remedy: 'Write one JSON text a line, without spaces between its parts.',
  });
}

function checkId(rolloutId: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(rolloutId)) return rolloutId;
  throw new DeliveryError({
    code: 'usage',
    message: `"${rolloutId.slice(0, 128)}" is not the id of a rollout.`,
    remedy: 'Ids are letters, digits, "-" and "_".',
  });
}
