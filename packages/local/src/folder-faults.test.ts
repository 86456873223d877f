import { execFileSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, guarded } from './folder-errors.js';
import { aPlace, bundleWriter, mountRefusal, runWithHandles } from './folder.fixture.js';
import { createFolderJournal, createFolderStore, initFolderStore } from './index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: { readonly bytes: Uint8Array } | undefined): string => new TextDecoder().decode(found?.bytes);
const programs = aPlace();
const place = aPlace();
const mounted: string[] = [];
let program = '';
beforeAll(async () => {
  program = await bundleWriter(await programs.folder());
});
afterAll(programs.clean);
afterEach(async () => {
  for (const root of mounted.splice(0)) execFileSync('umount', [root]);
  await place.clean();
});

const refusal = mountRefusal();
function mount(root: string, ...commands: readonly (readonly string[])[]): void {
  for (const [i, command] of commands.entries()) {
    execFileSync('mount', [...command, root]);
    if (i === 0) mounted.push(root);
  }
}

describe('E17 a folder store in a broken world', () => {
  it('E17 says that the disk is full, and leaves the old object whole and nothing half-written', async ({ skip }) => {
    if (refusal !== undefined) skip(refusal);
    const root = join(await place.folder(), 'small');
    await mkdir(root);
    mount(root, ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs']);
    await initFolderStore({ root });
    const store = await createFolderStore({ root });
    await store.write('a', bytes('before'));
    const etag = (await store.read('a'))?.etag ?? '';
    const full = { code: 'store-full', remedy: expect.stringContaining('space') as string };
    await expect(store.write('a', new Uint8Array(1024 * 1024))).rejects.toMatchObject(full);
    const condition = { kind: 'matches', etag } as const;
    await expect(store.write('a', new Uint8Array(1024 * 1024), condition)).rejects.toMatchObject(full);
    await expect(store.write('new', new Uint8Array(1024 * 1024), { kind: 'absent' })).rejects.toMatchObject(full);
    expect(text(await store.read('a'))).toBe('before');
    expect(await store.read('new')).toBeUndefined();
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
    expect((await store.write('a', bytes('after'), condition)).kind).toBe('written');
  });

  it('E17 says that the disk is full when a line does not fit, and keeps the lines before it', async ({ skip }) => {
    if (refusal !== undefined) skip(refusal);
    const root = join(await place.folder(), 'small');
    await mkdir(root);
    mount(root, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs']);
    const journal = createFolderJournal({ root });
    await journal.append('r1', 'one');
    await expect(journal.append('r1', 'x'.repeat(200_000))).rejects.toMatchObject({ code: 'store-full' });
    expect(await journal.read('r1')).toEqual(['one']);
    await journal.append('r1', 'two');
    expect(await journal.read('r1')).toEqual(['one', 'two']);
  });

  it('E17 says that the store is read-only, and still reads', async ({ skip }) => {
    if (refusal !== undefined) skip(refusal);
    const root = await place.store();
    await (await createFolderStore({ root })).write('a', bytes('before'));
    mount(root, ['--bind', root], ['-o', 'remount,ro,bind']);
    const store = await createFolderStore({ root });
    const readOnly = { code: 'store-read-only', remedy: expect.stringContaining('write access') as string };
    await expect(store.write('a', bytes('after'))).rejects.toMatchObject(readOnly);
    await expect(store.write('new/a', bytes('after'), { kind: 'absent' })).rejects.toMatchObject(readOnly);
    await expect(store.remove('a')).rejects.toMatchObject(readOnly);
    expect(text(await store.read('a'))).toBe('before');
  });

  it('E17 writes and reads 300 objects at once with 48 file handles', async () => {
    const root = await place.store();
    expect((await runWithHandles(48, program, [root, 'many'])).trim()).toBe('300');
    expect(await (await createFolderStore({ root })).list('many/')).toHaveLength(300);
  });

  it.each([
    ['ENOSPC', 'store-full'],
    ['EDQUOT', 'store-full'],
    ['EROFS', 'store-read-only'],
    ['EACCES', 'store-read-only'],
    ['EPERM', 'store-read-only'],
    ['EIO', 'store-unreachable'],
    ['ESTALE', 'store-unreachable'],
  ])('E17 calls %s %s, names the store and keeps the cause', async (code, expected) => {
    const cause = Object.assign(new Error(code), { code });
    const failed = guarded('/store', () => Promise.reject(cause));
    await expect(failed).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining('/store') as string,
      cause,
    });
  });

  it('E17 tries again when no file handle is left, and says so when none becomes free', async () => {
    let attempts = 0;
    const failing = (times: number) => async (): Promise<string> => {
      attempts += 1;
      if (attempts <= times) throw Object.assign(new Error('no handle'), { code: 'EMFILE' });
      return Promise.resolve('done');
    };
    expect(await guarded('/store', failing(2))).toBe('done');
    attempts = 0;
    await expect(guarded('/store', failing(99))).rejects.toMatchObject({
      code: 'store-unreachable',
      remedy: expect.stringContaining('ulimit') as string,
    });
    expect(attempts).toBe(5);
    expect(codeOf('no error')).toBeUndefined();
  });
});
