import { mkdtemp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAppId, parseVersionId, placeOf, pointerKey, type AppId, type VersionId } from '@sluice/core';
import { createFolderStore, initFolderStore } from '@sluice/local';
import { publishVersion } from '@sluice/publish';

/** A store with a shell and a remote in two versions each, and in those that are named. */
export interface SmallStore {
  readonly root: string;
  point(app: string, pointer: object | string): Promise<void>;
  remove(): Promise<void>;
}

export const bigScript = `export const value = ${JSON.stringify('x'.repeat(5000))};`;

export async function smallStore(more: readonly string[] = []): Promise<SmallStore> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-store-'));
  const root = join(folder, 'store');
  await initFolderStore({ root });
  const store = await createFolderStore({ root });
  for (const version of ['v1.0.0', 'v1.1.0', ...more]) {
    for (const kind of ['shell', 'remote'] as const) {
      const place = placeOf(id(kind === 'shell' ? 'shell' : 'mfe1'));
      const dir = join(folder, `${kind}-${version}`);
      for (const [path, text] of Object.entries(filesOf(kind, version))) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        await writeFile(join(dir, path), text);
      }
      const bootScript = new TextEncoder().encode('// boot');
      const result = await publishVersion({ store, place, kind, version: v(version), dir, now: Date.now, bootScript });
      if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
    }
  }
  const point: SmallStore['point'] = async (app, pointer) => {
    const whole = { version: 'v1.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '2026-01-01T00:00:00Z' };
    const text = typeof pointer === 'string' ? pointer : JSON.stringify({ ...whole, ...pointer });
    await writeFile(join(folder, 'pointer'), text);
    await rename(join(folder, 'pointer'), join(root, pointerKey(placeOf(id(app)))));
  };
  await point('shell', {});
  await point('mfe1', {});
  return { root, point, remove: () => rm(folder, { recursive: true, force: true }) };
}

function filesOf(kind: 'shell' | 'remote', version: string): Record<string, string> {
  const files = {
    'app.js': `${bigScript}// ${version}\n`,
    'with space.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  };
  if (kind === 'shell') {
    const html = `<html><head></head><body>${version}<script src="./app.js"></script></body></html>`;
    return { ...files, 'index.html': html };
  }
  const remoteEntry = { name: 'app.js', path: '' };
  return {
    ...files,
    'mf-manifest.json': JSON.stringify({ name: 'mfe1', metaData: { publicPath: './', remoteEntry }, version }),
  };
}

function id(name: string): AppId {
  return parseAppId(name) ?? wrong(name);
}

function v(name: string): VersionId {
  return parseVersionId(name) ?? wrong(name);
}

function wrong(name: string): never {
  throw new Error(`the test is wrong: ${name}`);
}
