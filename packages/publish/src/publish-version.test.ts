import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parseAppId, parseVersionId, placeOf, type Store } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { afterEach, describe, expect, it } from 'vitest';
import {
  preflight,
  publishVersion,
  visitorWordsIn,
  readVersionManifest,
  verifyVersion,
  type PublishInput,
  type PublishResult,
} from './index.js';

const fail = (): never => {
  throw new Error('the test is wrong');
};
const remotePlace = placeOf(parseAppId('mfe1') ?? fail());
const shellPlace = placeOf(parseAppId('shell') ?? fail());
const v1 = parseVersionId('v1.0.0') ?? fail();
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;
async function aBuild(files: Files): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-publish-'));
  folders.push(dir);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

const manifest = (more: object = {}): string =>
  JSON.stringify({
    name: 'mfe1',
    metaData: {
      publicPath: './',
      remoteEntry: { name: 'remoteEntry.js', path: '' },
      ssrRemoteEntry: { name: 'remoteEntry.ssr.js' },
    },
    exposes: [{ name: 'App', assets: { js: { sync: ['assets/app.js'], async: [] }, css: { sync: [], async: [] } } }],
    shared: [{ name: 'react', version: '19.0.0', requiredVersion: '^19.0.0', singleton: true }],
    ...more,
  });
const remote: Files = {
  'mf-manifest.json': manifest(),
  'remoteEntry.js': 'export const get = () => import("./assets/app.js");',
  'assets/app.js': `import "./lib.js"; export default ${JSON.stringify('x'.repeat(4000))};`,
  'assets/lib.js': 'export {};',
};
const shell: Files = {
  'index.html':
    '<!doctype html><html><head><meta charset="utf-8"><title>t</title><link rel="icon" href="./favicon.svg"><link rel="canonical" href="/"><script type="module" src="./assets/index.js"></script></head><body></body></html>',
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'assets/index.js': 'console.log(1);',
};

function publish(store: Store, dir: string, more: Partial<PublishInput> = {}): Promise<PublishResult> {
  return publishVersion({ store, place: remotePlace, kind: 'remote', version: v1, dir, now: () => 0, ...more });
}
const asShell = { place: shellPlace, kind: 'shell', bootScript: new TextEncoder().encode('// boot') } as const;
async function problems(files: Files, more: Partial<PublishInput> = {}): Promise<readonly string[]> {
  const store = createMemoryStore();
  const result = await publish(store, await aBuild(files), more);
  expect(await store.list('')).toEqual([]);
  if (result.kind !== 'refused') return [];
  for (const { remedy } of result.problems) expect(remedy).not.toBe('');
  return result.problems.map(({ place, problem }) => `${place}: ${problem}`);
}
const without = (files: Files, ...paths: readonly string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path)));

describe('publishing a remote', () => {
  it('stores every file with its hash, version.json last, and verifies them', async () => {
    const store = createMemoryStore();
    const written: string[] = [];
    const watched: Store = { ...store, write: (key, ...rest) => (written.push(key), store.write(key, ...rest)) };
    const progress: number[] = [];
    const result = await publish(watched, await aBuild(remote), {
      onProgress: ({ filesDone }) => progress.push(filesDone),
    });
    expect(result).toMatchObject({ kind: 'published', uploaded: 4 });
    expect(written.at(-1)).toBe('mfe1/v1.0.0/version.json');
    expect(progress.at(-1)).toBe(4);
    const found = await readVersionManifest({ store, place: remotePlace, version: v1 });
    expect(found).toMatchObject({ app: 'mfe1', kind: 'remote', entry: 'mf-manifest.json', exposes: ['App'] });
    expect(found?.shared).toEqual([{ name: 'react', version: '19.0.0', requiredVersion: '^19.0.0', singleton: true }]);
    expect(found?.files.map(({ path }) => path)).toEqual([
      'assets/app.js',
      'assets/lib.js',
      'mf-manifest.json',
      'remoteEntry.js',
    ]);
    expect(await verifyVersion({ store, place: remotePlace, version: v1 })).toEqual([]);
  });

  it('adds br and gzip where they pay, and only there', async () => {
    const store = createMemoryStore();
    await publish(store, await aBuild(remote));
    const original = text((await store.read('mfe1/v1.0.0/assets/app.js'))?.bytes);
    const br = (await store.read('mfe1/v1.0.0/assets/app.js.br'))?.bytes ?? fail();
    const gz = (await store.read('mfe1/v1.0.0/assets/app.js.gz'))?.bytes ?? fail();
    expect(brotliDecompressSync(br).toString()).toBe(original);
    expect(gunzipSync(gz).toString()).toBe(original);
    expect(await store.read('mfe1/v1.0.0/assets/lib.js.br')).toBeUndefined();
  });

  it('leaves out what is for tools and for development', async () => {
    const store = createMemoryStore();
    await publish(
      store,
      await aBuild({
        ...remote,
        'index.html': 'dev',
        'mf-stats.json': '{}',
        '.vite/manifest.json': '{}',
        '.DS_Store': '',
      }),
    );
    const keys = (await store.list('')).map(({ key }) => key);
    expect(keys.filter((key) => /index\.html|stats|vite|DS_Store/.test(key))).toEqual([]);
  });

  it('publishes the same bytes again as a no-op, and refuses other bytes with every differing file', async () => {
    const store = createMemoryStore();
    await publish(store, await aBuild(remote));
    const readOnly: Store = { ...store, write: () => Promise.reject(new Error('it wrote')) };
    expect(await publish(readOnly, await aBuild(remote), { now: () => 99 })).toMatchObject({
      kind: 'unchanged',
      uploaded: 0,
    });
    const other = await publish(
      readOnly,
      await aBuild({ ...remote, 'assets/lib.js': 'export const a = 1;', 'extra.txt': '' }),
    );
    expect(other).toMatchObject({ kind: 'refused', code: 'version-exists' });
    expect(other.kind === 'refused' && other.problems.map(({ place }) => place)).toEqual([
      'assets/lib.js',
      'extra.txt',
    ]);
  });

  it('refuses a build without mf-manifest.json, with the remedy', async () => {
    expect(await problems(without(remote, 'mf-manifest.json'))).toEqual([
      'mf-manifest.json: A remote needs it, and it is not in the build.',
    ]);
  });

  it.each(['{', '[]', '{"name":"mfe1"}', 'null'])('refuses the manifest %s', async (garbled) => {
    expect((await problems({ ...remote, 'mf-manifest.json': garbled }))[0]).toContain(
      'not a Module Federation manifest',
    );
  });

  it('takes a remote without Module Federation by its entry, which preflight knows to have no manifest', async () => {
    const store = createMemoryStore();
    const app = { place: remotePlace, kind: 'remote' } as const;
    const dir = await aBuild({ 'app.js': 'import { money } from "format"; export const mount = money;' });
    const result = await publish(store, dir, { entry: 'app.js' });
    expect(result).toMatchObject({ kind: 'published', manifest: { kind: 'remote', entry: 'app.js', exposes: [] } });
    const report = await preflight({ store, apps: [app], app, version: v1 });
    expect(report?.problems).toEqual([]);
  });

  it('refuses an entry that is not in the build', async () => {
    const found = await problems({ 'app.js': 'export {};' }, { entry: 'main.js' });
    expect(found).toEqual(['main.js: It is named as the entry, and it is not in the build.']);
  });

  it('lists every missing chunk, those of the manifest and those of the code', async () => {
    const found = await problems(without(remote, 'assets/app.js', 'assets/lib.js'));
    expect(found).toHaveLength(2);
    expect(found.join('\n')).toContain('assets/app.js: The manifest names it');
    expect(found.join('\n')).toContain('remoteEntry.js: It imports "assets/app.js"');
  });

  it.each(['/', '/mfe1/', 'https://cdn.example/mfe1/'])('refuses the absolute base %s', async (publicPath) => {
    const metaData = { publicPath, remoteEntry: { name: 'remoteEntry.js', path: '' } };
    const [found] = await problems({ ...remote, 'mf-manifest.json': manifest({ metaData }) });
    expect(found).toContain(`The base is "${publicPath}"`);
  });

  it('refuses code that imports from the root of the site', async () => {
    const found = await problems({ ...remote, 'assets/lib.js': 'import "/assets/app.js";' });
    expect(found[0]).toContain('from the root of the site');
  });

  it('refuses an empty folder, a folder that is not there, and links that leave it', async () => {
    expect((await problems({}))[0]).toContain('empty');
    expect((await problems({}, { dir: '/nowhere/at/all' }))[0]).toContain('no such folder');
    const dir = await aBuild(remote);
    await symlink('/etc/hostname', join(dir, 'leak.txt'));
    const store = createMemoryStore();
    expect(await publish(store, dir)).toMatchObject({ kind: 'refused', problems: [{ place: 'leak.txt' }] });
  });
});

describe('a publish that does not come to its end', () => {
  it('E9 E18 a crash at any write leaves no eligible version, and the next run writes only what is missing', async () => {
    const dir = await aBuild(remote);
    const counted = createMemoryStore();
    let total = 0;
    await publish({ ...counted, write: (...all) => ((total += 1), counted.write(...all)) }, dir);
    for (let crash = 0; crash < total; crash += 1) {
      const disk = createMemoryStore();
      let writes = 0;
      const store: Store = {
        ...disk,
        write: (...all) => ((writes += 1) > crash ? Promise.reject(new Error('crash')) : disk.write(...all)),
      };
      await expect(publish(store, dir)).rejects.toThrow('crash');
      expect(await readVersionManifest({ store: disk, place: remotePlace, version: v1 })).toBeUndefined();
      const before = (await disk.list('')).length;
      let again = 0;
      const result = await publish({ ...disk, write: (...all) => ((again += 1), disk.write(...all)) }, dir);
      expect(result.kind).toBe('published');
      expect(again).toBe(total - before);
      expect(await verifyVersion({ store: disk, place: remotePlace, version: v1 })).toEqual([]);
    }
  });

  it('E9 finds what is missing or altered afterwards, and the same build mends it', async () => {
    const store = createMemoryStore();
    const dir = await aBuild(remote);
    await publish(store, dir);
    await store.remove('mfe1/v1.0.0/remoteEntry.js');
    await store.write('mfe1/v1.0.0/assets/lib.js', new TextEncoder().encode('evil()'));
    expect(await verifyVersion({ store, place: remotePlace, version: v1 })).toEqual([
      'assets/lib.js: altered',
      'remoteEntry.js: missing',
    ]);
    expect(await publish(store, dir)).toMatchObject({ kind: 'published', uploaded: 2 });
    expect(await verifyVersion({ store, place: remotePlace, version: v1 })).toEqual([]);
  });

  it('says so when other bytes are read back than were written', async () => {
    const disk = createMemoryStore();
    const store: Store = {
      ...disk,
      write: (key, _bytes, condition) => disk.write(key, new Uint8Array([1]), condition),
    };
    await expect(publish(store, await aBuild(remote))).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(await readVersionManifest({ store: disk, place: remotePlace, version: v1 })).toBeUndefined();
  });
});

describe('publishing a shell', () => {
  it('rewrites its addresses, preloads the index, and puts the boot script first', async () => {
    const store = createMemoryStore();
    const dir = await aBuild(shell);
    expect((await publish(store, dir, asShell)).kind).toBe('published');
    const page = text((await store.read('shell/v1.0.0/index.html'))?.bytes);
    expect(page).toContain('href="/shell/v1.0.0/favicon.svg"');
    expect(page).toContain('src="/shell/v1.0.0/assets/index.js"');
    expect(page).toContain('rel="canonical" href="/"');
    expect(page.indexOf('charset')).toBeLessThan(page.indexOf('/platform-index.json'));
    expect(page.indexOf('/platform-index.json')).toBeLessThan(page.indexOf('<script'));
    expect(/<script[^>]*>/.exec(page)?.[0]).toBe(
      '<script src="/shell/v1.0.0/sluice-boot.js" data-sluice-app="shell" data-sluice-version="v1.0.0">',
    );
    expect(text((await store.read('shell/v1.0.0/sluice-boot.js'))?.bytes)).toBe('// boot');
    expect(await readFile(join(dir, 'index.html'), 'utf8')).toBe(shell['index.html']);
    expect(await readdir(dir)).not.toContain('sluice-boot.js');
  });

  it.each([
    ['<img srcset="./a.svg 1x, /b.svg 1.5x">', '<img srcset="/shell/v1.0.0/a.svg 1x, /shell/v1.0.0/b.svg 1.5x">'],
    ['<img srcset="a.svg 480w, b.svg">', '<img srcset="/shell/v1.0.0/a.svg 480w, /shell/v1.0.0/b.svg">'],
    ['<img srcset="data:image/png;base64,AA== 2x">', '<img srcset="data:image/png;base64,AA== 2x">'],
    ['<svg><use href="./a.svg#x"></use></svg>', '<svg><use href="/shell/v1.0.0/a.svg#x"></use></svg>'],
    ['<object data="a.svg"></object>', '<object data="/shell/v1.0.0/a.svg"></object>'],
    ['<iframe src="/mfe2/embedded.html"></iframe>', '<iframe src="/mfe2/embedded.html"></iframe>'],
    ['<iframe src="https://h.example/"></iframe>', '<iframe src="https://h.example/"></iframe>'],
  ])('makes %s %s', async (written, rewritten) => {
    const store = createMemoryStore();
    const page = `<html><head></head><body>${written}</body></html>`;
    const build = await aBuild({ ...shell, 'index.html': page, 'a.svg': '<svg/>', 'b.svg': '<svg/>' });
    expect((await publish(store, build, asShell)).kind).toBe('published');
    expect(text((await store.read('shell/v1.0.0/index.html'))?.bytes)).toContain(rewritten);
  });

  it('gives the same bytes for a page that was rewritten before', async () => {
    const store = createMemoryStore();
    await publish(store, await aBuild(shell), asShell);
    const rewritten = { ...shell, 'index.html': text((await store.read('shell/v1.0.0/index.html'))?.bytes) };
    expect((await publish(store, await aBuild(rewritten), asShell)).kind).toBe('unchanged');
  });

  it('F18 puts the words for visitors into its page, beside those that are there', async () => {
    const visitors = { consent: 'required', identity: 'coarse' } as const;
    const pageOf = async (html: string, more: object = { visitors }): Promise<string> => {
      const store = createMemoryStore();
      const page = `<!doctype html><html lang="en"${html}><head></head><body></body></html>`;
      const build = await aBuild({ ...shell, 'index.html': page });
      expect((await publish(store, build, { ...asShell, ...more })).kind).toBe('published');
      return text((await store.read('shell/v1.0.0/index.html'))?.bytes);
    };
    expect(visitorWordsIn(await pageOf(''))).toEqual(visitors);
    const page = await pageOf(` data-sluice='{"timeoutMs":3000,"consent":"maybe"}'`);
    expect(page).toContain(
      `data-sluice="${'{"timeoutMs":3000,"consent":"required","identity":"coarse"}'.replaceAll('"', '&quot;')}"`,
    );
    expect(visitorWordsIn(await pageOf('', {}))).toEqual({});
    // What the page has of its own stays, to the letter, where the configuration has nothing to say.
    expect(await pageOf(` data-sluice='{ "identity": "coarse" }'`, { visitors: {} })).toContain(
      'data-sluice="{ &quot;identity&quot;: &quot;coarse&quot; }"',
    );
    expect(
      await problems({ ...shell, 'index.html': `<html data-sluice="{"></html>` }, { ...asShell, visitors }),
    ).toEqual([expect.stringContaining('It is no JSON object')]);
  });

  it('refuses a shell without index.html, or whose page names a file that is not there', async () => {
    expect((await problems(without(shell, 'index.html'), asShell))[0]).toContain('A shell needs it');
    const found = await problems(without(shell, 'favicon.svg', 'assets/index.js'), asShell);
    expect(found).toHaveLength(2);
    expect(found.join('\n')).toContain('./favicon.svg');
  });
});
