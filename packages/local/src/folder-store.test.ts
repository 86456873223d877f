import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { slotJournalContract, storeContract } from '@sluice/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createFolderJournal,
  createFolderStore,
  createMemoryJournal,
  createMemoryStore,
  initFolderStore,
} from './index.js';

const folders: string[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-local-'));
  folders.push(folder);
  return folder;
}
async function aStore(): Promise<string> {
  const root = join(await aFolder(), 'store');
  await initFolderStore({ root });
  return root;
}

storeContract({ name: 'memory', create: () => Promise.resolve(createMemoryStore()) });
storeContract({ name: 'folder', create: async () => createFolderStore({ root: await aStore() }) });
slotJournalContract({ name: 'memory', create: () => Promise.resolve(createMemoryJournal()) });
slotJournalContract({ name: 'folder', create: async () => createFolderJournal({ root: await aFolder() }) });

const racer = fileURLToPath(new URL('racer.fixture.mjs', import.meta.url));
function race(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', racer, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}
function lineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (part: Buffer) => resolve(part.toString().trim())));
}

describe('folder store between processes', () => {
  it('lets exactly one of 20 processes win a compare-and-swap', async () => {
    const root = await aStore();
    const store = await createFolderStore({ root });
    await store.write('race.json', new TextEncoder().encode('start'));
    const racers = Array.from({ length: 20 }, (_, i) => race(root, 'race', `process ${String(i)}`));
    await Promise.all(racers.map(lineOf));
    const answers = Promise.all(racers.map(lineOf));
    await writeFile(join(root, '.go'), '');
    const kinds = await answers;
    const winner = kinds.indexOf('written');
    expect(kinds.filter((kind) => kind === 'written')).toHaveLength(1);
    expect(new TextDecoder().decode((await store.read('race.json'))?.bytes)).toBe(`process ${String(winner)}`);
  });

  it('E18 never leaves a torn object nor a stuck lock when a writer is killed', async () => {
    const root = await aStore();
    const store = await createFolderStore({ root });
    for (let round = 0; round < 12; round += 1) {
      const child = race(root, 'loop', '');
      await lineOf(child);
      // A different moment each round; the write takes milliseconds, so every line of it is hit sooner or later.
      await new Promise((resolve) => setTimeout(resolve, 5 + round * 7));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const found = await store.read('torn.json');
      if (found !== undefined) {
        const { i, filler } = JSON.parse(new TextDecoder().decode(found.bytes)) as { i: number; filler: string };
        expect(filler).toBe(String(i % 10).repeat(200_000));
      }
      expect((await store.write('torn.json', new TextEncoder().encode('{"i":1,"filler":"1"}'))).kind).toBe('written');
      await store.remove('torn.json');
    }
  });
});

describe('folder store and its folder', () => {
  it('refuses a folder that is not a store, with the command that makes one', async () => {
    const root = await aFolder();
    await expect(createFolderStore({ root })).rejects.toMatchObject({
      code: 'store-not-found',
      remedy: expect.stringContaining('sluice init') as string,
    });
    await expect(createFolderStore({ root: join(root, 'missing') })).rejects.toMatchObject({ code: 'store-not-found' });
  });

  it('does not make a store of a folder with other content, and leaves a store as it is', async () => {
    const root = await aFolder();
    await writeFile(join(root, 'thesis.doc'), 'x');
    await expect(initFolderStore({ root })).rejects.toMatchObject({ code: 'store-not-found' });
    const store = await aStore();
    expect(await initFolderStore({ root: store })).toBe('present');
  });

  it('does not follow a link that leaves the store', async () => {
    const root = await aStore();
    const outside = await aFolder();
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(join(outside, 'secret'), join(root, 'link'));
    await symlink(outside, join(root, 'folder'));
    const store = await createFolderStore({ root });
    expect(await store.read('link')).toBeUndefined();
    expect(await store.read('folder/secret')).toBeUndefined();
    expect(await store.list('')).toEqual([{ key: 'sluice-store.json', size: 16 }]);
  });

  it('leaves nothing temporary behind', async () => {
    const root = await aStore();
    const store = await createFolderStore({ root });
    await store.write('a', new Uint8Array(10));
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
    for (const lock of await readdir(join(root, '.locks'))) {
      expect(await readdir(join(root, '.locks', lock))).toEqual([]);
    }
  });

  it.skipIf(process.getuid?.() !== 0)('E17 says that the disk is full and leaves the old object whole', async () => {
    const root = join(await aFolder(), 'small');
    await mkdir(root);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', root]);
    try {
      await initFolderStore({ root });
      const store = await createFolderStore({ root });
      await store.write('a', new TextEncoder().encode('before'));
      await expect(store.write('a', new Uint8Array(1024 * 1024))).rejects.toMatchObject({ code: 'store-full' });
      expect(new TextDecoder().decode((await store.read('a'))?.bytes)).toBe('before');
      expect(await readdir(join(root, '.tmp'))).toEqual([]);
    } finally {
      execFileSync('umount', [root]);
    }
  });

  it.skipIf(process.getuid?.() !== 0)('E17 says that the store is read-only', async () => {
    const root = await aStore();
    execFileSync('mount', ['--bind', root, root]);
    execFileSync('mount', ['-o', 'remount,ro,bind', root]);
    try {
      const store = await createFolderStore({ root });
      await expect(store.write('a', new Uint8Array(1))).rejects.toMatchObject({ code: 'store-read-only' });
    } finally {
      execFileSync('umount', [root]);
    }
  });

  it('cuts off a line that a crash tore before it appends the next one', async () => {
    const root = await aFolder();
    const journal = createFolderJournal({ root });
    await journal.append('r1', '{"id":1}');
    await writeFile(join(root, 'r1.jsonl'), '{"id":1}\n{"id":2,"to');
    expect(await journal.read('r1')).toEqual(['{"id":1}']);
    await journal.append('r1', '{"id":2}');
    expect(await journal.read('r1')).toEqual(['{"id":1}', '{"id":2}']);
  });
});
