import {
  parseAppId,
  parseVersionId,
  placeOf,
  versionManifestKey,
  type Pointer,
  type Store,
  type VersionId,
} from '@sluice/core';
import { routerContract } from '@sluice/contracts';
import { createMemoryStore } from '@sluice/local';
import { describe, expect, it } from 'vitest';
import { copyVersion } from './copy-version.js';
import { createRegionRouter } from './region-router.js';
import { sha256 } from './scan.js';
import { verifyVersion } from './verify.js';

const fail = (): never => {
  throw new Error('the test is wrong');
};
const app = parseAppId('mfe1') ?? fail();
const place = placeOf(app);
const places = ['mfe1', 'mfe2'].map((name) => placeOf(parseAppId(name) ?? fail()));
const v1 = parseVersionId('v1.0.0') ?? fail();
const v2 = parseVersionId('v1.1.0') ?? fail();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A store with a version of three files, one of them compressed as well. */
async function published(store: Store, version: VersionId, content = 'a'): Promise<Store> {
  const files = ['mf-manifest.json', 'remoteEntry.js', 'a.js'].map((path) => ({
    path,
    bytes: bytes(`${path} ${content}`),
  }));
  for (const file of files) await store.write(`mfe1/${version}/${file.path}`, file.bytes);
  await store.write(`mfe1/${version}/a.js.br`, bytes(`br ${content}`));
  const listed = files.map((file) => ({
    path: file.path,
    size: file.bytes.length,
    sha256: sha256(file.bytes),
    ...(file.path === 'a.js' ? { encodings: ['br'] } : {}),
  }));
  const manifest = { schema: 1, app, version, kind: 'remote', entry: 'mf-manifest.json', files: listed, exposes: [] };
  const text = JSON.stringify({ ...manifest, shared: [], publishedAt: '2026-01-15T10:00:00Z' });
  await store.write(versionManifestKey(place, version), bytes(text));
  return store;
}

describe('copying a version into another store', () => {
  it('gives it the same hashes, encodings too, and writes nothing the second time', async () => {
    const from = await published(createMemoryStore(), v1);
    const to = createMemoryStore();
    expect(await copyVersion({ from, to, place, version: v1 })).toMatchObject({ kind: 'published', uploaded: 3 });
    expect(await to.list('')).toEqual(await from.list(''));
    for (const { key } of await from.list('')) expect((await to.read(key))?.etag).toBe((await from.read(key))?.etag);
    let writes = 0;
    const counted: Store = { ...to, write: (...all) => ((writes += 1), to.write(...all)) };
    expect(await copyVersion({ from, to: counted, place, version: v1 })).toMatchObject({
      kind: 'unchanged',
      uploaded: 0,
    });
    expect(writes).toBe(0);
  });

  it('E18 a crash at any write leaves no eligible version, and the next run copies what is missing', async () => {
    const from = await published(createMemoryStore(), v1);
    for (let crash = 0; crash < 5; crash += 1) {
      const disk = createMemoryStore();
      let writes = 0;
      const to: Store = {
        ...disk,
        write: (...all) => ((writes += 1) > crash ? Promise.reject(new Error('crash')) : disk.write(...all)),
      };
      await expect(copyVersion({ from, to, place, version: v1 })).rejects.toThrow('crash');
      expect(await disk.read(versionManifestKey(place, v1))).toBeUndefined();
      expect((await copyVersion({ from, to: disk, place, version: v1 })).kind).toBe('published');
      expect(await verifyVersion({ store: disk, place, version: v1 })).toEqual([]);
    }
  });

  it('refuses what is not there, what is altered, and what is there with other bytes; mends what was damaged', async () => {
    const from = await published(createMemoryStore(), v1);
    const to = createMemoryStore();
    const copy = () => copyVersion({ from, to, place, version: v1 });
    await expect(copyVersion({ from: to, to: from, place, version: v1 })).rejects.toMatchObject({
      code: 'version-not-found',
    });
    await copy();
    await to.remove('mfe1/v1.0.0/a.js');
    expect(await copy()).toMatchObject({ kind: 'published', uploaded: 1 });
    await from.write('mfe1/v1.0.0/a.js', bytes('evil'));
    await to.remove('mfe1/v1.0.0/a.js');
    await expect(copy()).rejects.toMatchObject({ code: 'version-altered' });
    await published(from, v1, 'b');
    await expect(copy()).rejects.toMatchObject({ code: 'version-exists' });
  });
});

async function home(): Promise<Store> {
  return published(await published(createMemoryStore(), v1), v2);
}

routerContract({
  name: 'a region',
  create: async () =>
    createRegionRouter({ region: 'us', home: await home(), store: createMemoryStore(), places, sampleRate: 0.01 }),
});

describe('a region', () => {
  const pointer = (more: object = {}): Pointer => ({
    version: v1,
    canaryVersion: v2,
    canaryPercent: 5,
    lastUpdated: '2026-01-15T10:00:00Z',
    ...more,
  });
  const broken = (): Promise<never> => Promise.reject(new Error('the region is gone'));

  it('E14 gets the versions before the pointer that names them, and pages there the same index', async () => {
    const store = createMemoryStore();
    const router = createRegionRouter({ region: 'us', home: await home(), store, places, sampleRate: 0.5 });
    await router.route(app, pointer({ generation: 3, metadata: { deployedBy: 'ci' } }));
    expect(await verifyVersion({ store, place, version: v2 })).toEqual([]);
    const index = JSON.parse(new TextDecoder().decode((await store.read('platform-index.json'))?.bytes)) as unknown;
    expect(index).toEqual({ schema: 1, sampleRate: 0.5, apps: { mfe1: pointer({ generation: 3 }) } });
  });

  it('E14 that cannot be reached says so, and converges when it can', async () => {
    const store = createMemoryStore();
    let down = true;
    const flaky: Store = {
      read: (key) => (down ? broken() : store.read(key)),
      write: (...all) => (down ? broken() : store.write(...all)),
      list: (prefix) => (down ? broken() : store.list(prefix)),
      remove: (key) => (down ? broken() : store.remove(key)),
    };
    const router = createRegionRouter({ region: 'us', home: await home(), store: flaky, places, sampleRate: 0.01 });
    await expect(router.route(app, pointer({ generation: 3 }))).rejects.toThrow('the region is gone');
    await expect(router.served(app)).rejects.toThrow('the region is gone');
    down = false;
    await router.route(app, pointer({ generation: 3 }));
    expect(await router.served(app)).toMatchObject({ canaryPercent: 5 });
  });

  it("believes a human's pointer, with the generation that the target's own index gave it", async () => {
    const own = await home();
    const router = createRegionRouter({
      region: 'us',
      home: own,
      store: createMemoryStore(),
      places,
      sampleRate: 0.01,
    });
    await router.route(app, pointer({ generation: 7 }));
    const stamped = { ...pointer({ canaryVersion: null, canaryPercent: 0 }), generation: 8 };
    await own.write(
      'platform-index.json',
      bytes(JSON.stringify({ schema: 1, sampleRate: 0.01, apps: { mfe1: stamped } })),
    );
    await router.route(app, pointer({ canaryVersion: null, canaryPercent: 0 }));
    expect(await router.served(app)).toMatchObject({ canaryPercent: 0, generation: 8 });
  });
});
