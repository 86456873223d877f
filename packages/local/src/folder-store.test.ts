import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aPlace } from './folder.fixture.js';
import { withFolderLock } from './folder-lock.js';
import { isGone, newHolder } from './holder.js';
import { createFolderStore, initFolderStore } from './index.js';

const place = aPlace();
afterEach(place.clean);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const marker = { key: 'sluice-store.json', size: 16 };

describe('opening and making a folder store', () => {
  it('refuses a folder that is not a store, with the command that makes one', async () => {
    const root = await place.folder();
    const refusal = { code: 'store-not-found', remedy: expect.stringContaining('sluice init') as string };
    await expect(createFolderStore({ root })).rejects.toMatchObject(refusal);
    await expect(createFolderStore({ root: join(root, 'missing') })).rejects.toMatchObject(refusal);
    await writeFile(join(root, 'file'), '');
    await expect(createFolderStore({ root: join(root, 'file') })).rejects.toMatchObject(refusal);
    expect(await readdir(root)).toEqual(['file']);
  });

  it('does not make a store of a folder with other content, and leaves a store as it is', async () => {
    const root = await place.folder();
    await writeFile(join(root, 'thesis.doc'), 'x');
    await expect(initFolderStore({ root })).rejects.toMatchObject({ code: 'store-not-found' });
    expect(await readdir(root)).toEqual(['thesis.doc']);
    const store = await place.store();
    expect(await initFolderStore({ root: store })).toBe('present');
    expect(JSON.parse(await readFile(join(store, 'sluice-store.json'), 'utf8'))).toEqual({ schema: 1 });
  });

  it('makes a store of a folder that a crash left without its marker, and of a folder behind a link', async () => {
    const root = await place.folder();
    await mkdir(join(root, '.tmp'));
    await mkdir(join(root, '.locks'));
    const link = join(await place.folder(), 'link');
    await symlink(root, link);
    expect(await initFolderStore({ root: link })).toBe('created');
    expect(await (await createFolderStore({ root: link })).list('')).toEqual([marker]);
  });
});

describe('the folder of a folder store', () => {
  it('reads, lists, writes and removes nothing through a link that leaves the store', async () => {
    const root = await place.store();
    const outside = await place.folder();
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(join(outside, 'secret'), join(root, 'link'));
    await symlink(outside, join(root, 'folder'));
    const store = await createFolderStore({ root });
    expect(await store.read('link')).toBeUndefined();
    expect(await store.read('folder/secret')).toBeUndefined();
    expect(await store.list('')).toEqual([marker]);
    expect(await store.list('folder/')).toEqual([]);
    const refusal = { code: 'store-read-only', message: expect.stringContaining('link') as string };
    await expect(store.write('folder/new', bytes('x'))).rejects.toMatchObject(refusal);
    await expect(store.write('folder/deep/er/new', bytes('x'))).rejects.toMatchObject(refusal);
    await expect(store.remove('folder/secret')).rejects.toMatchObject(refusal);
    await store.write('link', bytes('inside'));
    expect(await readdir(outside)).toEqual(['secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  it('refuses a key whose folder is an object, and an object where a folder is, in words', async () => {
    const store = await createFolderStore({ root: await place.store() });
    await store.write('b', bytes('1'));
    await store.write('c/1', bytes('1'));
    const refusal = { code: 'usage', message: expect.stringContaining('cannot be written') as string };
    await expect(store.write('b/2', bytes('2'))).rejects.toMatchObject(refusal);
    await expect(store.write('b/2/3', bytes('2'))).rejects.toMatchObject(refusal);
    await expect(store.write('c', bytes('2'), { kind: 'absent' })).rejects.toMatchObject(refusal);
    expect(await store.read('b/2')).toBeUndefined();
    expect((await store.list('')).map(({ key }) => key)).toEqual(['b', 'c/1', 'sluice-store.json']);
  });

  it('leaves nothing temporary behind, and few lock folders however many objects there are', async () => {
    const root = await place.store();
    const store = await createFolderStore({ root });
    await Promise.all(Array.from({ length: 400 }, (_, i) => store.write(`a/${String(i)}`, bytes('x'))));
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
    const locks = await readdir(join(root, '.locks'));
    expect(locks.length).toBeLessThanOrEqual(256);
    for (const lock of locks) expect(await readdir(join(root, '.locks', lock))).toEqual([]);
  });
});

const [, birth = '', here = ''] = (await newHolder()).split('-');

describe('the lock of a folder', () => {
  it('lets one in at a time, also after one failed', async () => {
    const folder = join(await place.folder(), 'locks', 'a');
    await expect(withFolderLock({ folder }, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    let inside = 0;
    const most = await Promise.all(
      Array.from({ length: 30 }, () =>
        withFolderLock({ folder }, async () => {
          inside += 1;
          await readdir(folder);
          const seen = inside;
          inside -= 1;
          return seen;
        }),
      ),
    );
    expect(new Set(most)).toEqual(new Set([1]));
  });

  it('names the process that holds it when it does not become free, and leaves its file', async () => {
    const locks = join(await place.folder(), 'locks');
    const folder = join(locks, 'a');
    await mkdir(folder, { recursive: true });
    const holder = await newHolder();
    await writeFile(join(folder, holder), '');
    await expect(withFolderLock({ folder, patienceMs: 20 }, () => Promise.resolve(1))).rejects.toMatchObject({
      code: 'store-unreachable',
      message: expect.stringContaining(`process ${String(process.pid)}`) as string,
    });
    expect(await readdir(folder)).toEqual([holder]);
  });

  const ownPid = String(process.pid);
  it.each([
    ['this process', [ownPid, birth, here], 'stays', 'stays'],
    ['a process that is gone', ['4194300', birth, here], 'is gone', 'is gone'],
    ['another process that had this number before', [ownPid, '1', here], 'is gone', 'is gone'],
    ['a process of another machine or container', ['4194300', birth, 'elsewhere'], 'stays', 'is gone'],
    ['a process whose start is not known', [ownPid, 'x', here], 'stays', 'is gone'],
    ['somebody else, under a name that is not ours', ['notes'], 'stays', 'is gone'],
  ])('judges the file of %s, fresh and after a minute', async (_whose, parts, fresh, old) => {
    const path = join(await place.folder(), [...parts, 'random'].join('-'));
    await writeFile(path, '');
    expect((await isGone(path)) ? 'is gone' : 'stays').toBe(fresh);
    const minuteAgo = new Date(Date.now() - 61_000);
    await utimes(path, minuteAgo, minuteAgo);
    expect((await isGone(path)) ? 'is gone' : 'stays').toBe(old);
  });
});
