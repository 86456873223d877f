import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAppId, parseVersionId, placeOf, pointerKey, versionPrefix, type Pointer, type Store } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { serialisePointer } from '@sluice/schema';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { preflight, publishVersion, type AskEdge } from '../index.js';
import { sha256 } from '../scan.js';

const wrong = (): never => {
  throw new Error('the test is wrong');
};
const v = (name: string) => parseVersionId(name) ?? wrong();
const appOf = (name: string, kind: 'shell' | 'remote' = 'remote') => ({
  place: placeOf(parseAppId(name) ?? wrong()),
  kind,
});
const shell = appOf('shell', 'shell');
const mfe1 = appOf('mfe1');
const mfe2 = appOf('mfe2');
const apps = [shell, mfe1, mfe2];
const folders: string[] = [];
let store: Store;

interface Build {
  readonly exposes?: readonly string[];
  readonly shared?: readonly object[];
  readonly type?: 'module' | 'global';
  readonly entry?: string;
}

async function publish(app: typeof mfe1, version: string, build: Build = {}): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-preflight-'));
  folders.push(dir);
  const { exposes = ['App'], shared = [], type = 'module', entry = 'export const get = 1;' } = build;
  if (app.kind === 'shell') await writeFile(join(dir, 'index.html'), '<html><head></head><body>shell</body></html>');
  const metaData = { publicPath: 'auto', remoteEntry: { name: 'remoteEntry.js', path: '', type } };
  const manifest = { name: app.place.app, metaData, exposes: exposes.map((name) => ({ name })), shared };
  await writeFile(join(dir, 'mf-manifest.json'), JSON.stringify(manifest));
  await writeFile(join(dir, 'remoteEntry.js'), entry);
  const result = await publishVersion({ store, ...app, version: v(version), dir, now: () => 0 });
  if (result.kind === 'refused') wrong();
}

async function point(app: typeof mfe1, pointer: Partial<Pointer>): Promise<void> {
  const whole: Pointer = { version: v('v1.0.0'), canaryVersion: null, canaryPercent: 0, lastUpdated: '', ...pointer };
  await store.write(pointerKey(app.place), new TextEncoder().encode(serialisePointer(whole)));
}

const react = (version: string, requiredVersion: string, more: object = {}) => ({
  name: 'react',
  version,
  requiredVersion,
  singleton: true,
  ...more,
});

const look = async (app: typeof mfe1, version: string, more: object = {}) =>
  (await preflight({ store, apps, app, version: v(version), ...more })) ?? wrong();

const problemsOf = async (app: typeof mfe1, version: string, more: object = {}) =>
  (await look(app, version, more)).problems.map(({ check, place, problem }) => `${check} | ${place} | ${problem}`);

beforeEach(async () => {
  store = createMemoryStore();
  await publish(shell, 'v1.0.0', { shared: [react('19.3.1', '^19.0.0')] });
  await publish(mfe1, 'v1.0.0', { shared: [react('19.3.1', '^19.0.0')], exposes: ['App', 'Settings'] });
  await publish(mfe2, 'v1.0.0', { shared: [react('19.2.0', '^19.0.0')] });
  for (const app of apps) await point(app, {});
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe('preflight', () => {
  it('lets a version pass that gets along with everything, and names what it was compared with', async () => {
    await publish(mfe1, 'v1.1.0', {
      shared: [react('19.3.1', '^19.0.0', { strictVersion: true })],
      exposes: ['App', 'Settings', 'New'],
    });
    await point(shell, { canaryVersion: v('v1.0.0') });
    expect(await look(mfe1, 'v1.1.0')).toEqual({
      problems: [],
      notes: [{ check: 'served', text: 'No edge answers: whether pages can read the files was not checked.' }],
      compared: ['shell v1.0.0 (stable)', 'shell v1.0.0 (canary)', 'mfe1 v1.0.0 (stable)', 'mfe2 v1.0.0 (stable)'],
    });
  });

  it('knows nothing of a version that is not published', async () => {
    expect(await preflight({ store, apps, app: mfe1, version: v('v9.0.0') })).toBeUndefined();
  });

  it('F15 lists a range that the shell does not satisfy, its canary and each neighbour as well', async () => {
    await publish(mfe1, 'v1.1.0', { shared: [react('20.0.0', '^20.0.0')], exposes: ['App', 'Settings'] });
    await publish(shell, 'v2.0.0', { shared: [react('20.1.0', '^20.0.0')] });
    await point(shell, { canaryVersion: v('v2.0.0') });
    expect(await problemsOf(mfe1, 'v1.1.0')).toEqual(
      [
        'mfe1 v1.1.0 needs ^20.0.0, and shell v1.0.0 (stable) brings 19.3.1',
        'shell v1.0.0 (stable) needs ^19.0.0, and mfe1 v1.1.0 brings 20.0.0',
        'mfe1 v1.1.0 needs ^20.0.0, and mfe2 v1.0.0 (stable) brings 19.2.0',
        'mfe2 v1.0.0 (stable) needs ^19.0.0, and mfe1 v1.1.0 brings 20.0.0',
      ].map(
        (line) =>
          `shared | shared react | ${line}: one page has one copy, so one of them runs with the wrong one, or not at all.`,
      ),
    );
  });

  it('F15 holds a new shell against the remotes that users have', async () => {
    await publish(shell, 'v2.0.0', { shared: [react('20.1.0', '>=19.0.0')] });
    expect(await problemsOf(shell, 'v2.0.0')).toEqual([
      expect.stringContaining('mfe1 v1.0.0 (stable) needs ^19.0.0, and shell v2.0.0 brings 20.1.0'),
      expect.stringContaining('mfe2 v1.0.0 (stable) needs ^19.0.0, and shell v2.0.0 brings 20.1.0'),
    ]);
  });

  it('compares apps that start as one with each other, and not with what they replace', async () => {
    const twenty = { shared: [react('20.0.0', '^20.0.0')], exposes: ['App', 'Settings'] };
    for (const app of apps) await publish(app, 'v2.0.0', twenty);
    const together = { shell: 'v2.0.0', mfe1: 'v2.0.0', mfe2: 'v2.0.0' };
    expect(await problemsOf(mfe1, 'v2.0.0', { together })).toEqual([]);
    expect(await problemsOf(mfe1, 'v2.0.0', { together: { ...together, mfe2: 'v1.0.0' } })).toHaveLength(2);
  });

  it('lets each bring its own copy of what is no singleton', async () => {
    const lodash = (version: string) => ({ name: 'lodash', version, requiredVersion: `^${version}` });
    await publish(mfe2, 'v1.1.0', { shared: [lodash('3.0.0')] });
    await point(mfe2, { version: v('v1.1.0') });
    await publish(mfe1, 'v1.1.0', { shared: [lodash('4.0.0')], exposes: ['App', 'Settings'] });
    expect(await problemsOf(mfe1, 'v1.1.0')).toEqual([]);
  });

  it('lists what stable exposes and the canary does not', async () => {
    await publish(mfe1, 'v1.1.0', { exposes: ['App'] });
    expect(await problemsOf(mfe1, 'v1.1.0')).toEqual([
      'exposes | exposes Settings | mfe1 v1.0.0 (stable) exposes it, and this version does not: a host that loads it gets an error.',
    ]);
  });

  it.each([
    ['the same list of chunks', 'self.webpackChunkmfe1=self.webpackChunkmfe1||[]', 1],
    ['a list of its own', 'self.webpackChunkmfe1_v1_1_0=self.webpackChunkmfe1_v1_1_0||[]', 0],
    ['no list at all', 'var mfe1;', 0],
  ])('finds %s in a script remote', async (_what, entry, count) => {
    const script = { type: 'global', exposes: ['App', 'Settings'] } as const;
    await publish(mfe1, 'v1.0.9', { ...script, entry: 'var mfe1;self.webpackChunkmfe1=self.webpackChunkmfe1||[]' });
    await point(mfe1, { version: v('v1.0.9') });
    await publish(mfe1, 'v1.1.0', { ...script, entry });
    const found = await problemsOf(mfe1, 'v1.1.0');
    expect(found).toHaveLength(count);
    if (count > 0)
      expect(found[0]).toContain('mfe1 v1.0.9 (stable) registers its chunks in self.webpackChunkmfe1 as well');
  });

  it('lists missing and altered files, and what the manifest names', async () => {
    await publish(mfe1, 'v1.1.0', { exposes: ['App', 'Settings'] });
    const prefix = versionPrefix(mfe1.place, v('v1.1.0'));
    await store.remove(`${prefix}remoteEntry.js`);
    await store.write(`${prefix}mf-manifest.json`, new TextEncoder().encode('{"name":'));
    expect(await problemsOf(mfe1, 'v1.1.0')).toEqual([
      'files | mf-manifest.json | It is altered.',
      'files | remoteEntry.js | It is missing.',
      'manifest | mf-manifest.json | It is not a Module Federation manifest (name, metaData.remoteEntry).',
    ]);
  });

  it('refuses a base that ties the build to one place, however it came into the store', async () => {
    await publish(mfe1, 'v1.1.0', { exposes: ['App', 'Settings'] });
    const key = `${versionPrefix(mfe1.place, v('v1.1.0'))}mf-manifest.json`;
    const manifest = new TextDecoder().decode((await store.read(key))?.bytes);
    await store.write(key, new TextEncoder().encode(manifest.replace('"auto"', '"https://cdn.example/mfe1/"')));
    expect((await problemsOf(mfe1, 'v1.1.0')).at(-1)).toBe(
      'manifest | mf-manifest.json metaData.publicPath | The base is "https://cdn.example/mfe1/", so that the build works in one place only.',
    );
  });

  it('says what it could not compare, and what is not strict', async () => {
    await publish(shell, 'v1.1.0', {});
    await point(shell, { version: v('v1.1.0') });
    await publish(mfe1, 'v1.1.0', { shared: [react('19.3.1', '^19.0.0')], exposes: ['App', 'Settings'] });
    const notes = (await look(mfe1, 'v1.1.0')).notes.map(({ text }) => text);
    expect(notes).toContainEqual(
      expect.stringMatching(/^Whether react is strict is not in the manifest, so not checked/),
    );
    expect(notes).toContainEqual(expect.stringContaining('so not compared: shell v1.1.0 (stable).'));
  });

  it('says which singletons are not strict, where the manifest has it', async () => {
    const shared = [
      react('19.3.1', '^19.0.0', { strictVersion: false }),
      { ...react('19.3.1', '^19.0.0'), name: 'dom' },
    ];
    await publish(mfe1, 'v1.1.0', { shared, exposes: ['App', 'Settings'] });
    const notes = (await look(mfe1, 'v1.1.0')).notes.map(({ text }) => text);
    expect(notes).toContainEqual(expect.stringMatching(/^react is not strict\. .*`strictVersion: true`/));
    expect(notes).toContainEqual(expect.stringMatching(/^Whether dom is strict is not in the manifest/));
  });

  it('goes on without a neighbour that cannot be read, and says so', async () => {
    await store.write('mfe2/v1.0.0/version.json', new TextEncoder().encode('{'));
    await publish(mfe1, 'v1.1.0', { exposes: ['App', 'Settings'] });
    const { problems, notes } = await look(mfe1, 'v1.1.0');
    expect(problems).toEqual([]);
    expect(notes.map(({ text }) => text)).toContain('mfe2 v1.0.0 (stable) cannot be read: it was not compared with.');
  });

  it('asks the edge for every file, and lists what it answers wrongly', async () => {
    await publish(mfe1, 'v1.1.0', { exposes: ['App', 'Settings'] });
    const asked: string[] = [];
    const ask: AskEdge = async (path) => {
      asked.push(path);
      if (path.endsWith('remoteEntry.js')) return { status: 404, sha256: '' };
      const found = (await store.read(path.slice(1))) ?? wrong();
      return { status: 200, sha256: path.endsWith('mf-manifest.json') ? 'other' : sha256(found.bytes) };
    };
    expect(await problemsOf(mfe1, 'v1.1.0', { ask })).toEqual([
      'served | mf-manifest.json | The edge answers with other bytes.',
      'served | remoteEntry.js | The edge answers 404.',
    ]);
    expect(asked).toHaveLength(3);
  });
});
