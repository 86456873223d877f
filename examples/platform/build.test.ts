import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExampleBuild } from './build.js';
import { buildApp } from './build.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-example-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function filesOf(name: string): Promise<ReadonlyMap<string, string>> {
  const root = join(folder, name);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = async (path: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  return new Map(
    await Promise.all(paths.toSorted().map(async (path) => [path.slice(root.length + 1), await hash(path)] as const)),
  );
}

describe('buildApp', () => {
  it('gives the same bytes for the same input, also after another build in the same process', async () => {
    await buildApp({ app: 'mfe1', version: 'v1.0.0', outDir: join(folder, 'first') });
    await buildApp({ app: 'mfe1', version: 'v1.1.0', outDir: join(folder, 'other') });
    await buildApp({ app: 'mfe1', version: 'v1.0.0', outDir: join(folder, 'second') });
    const first = await filesOf('first');
    expect(first.get('mf-manifest.json')).toBeDefined();
    expect(await filesOf('second')).toEqual(first);
    expect(await filesOf('other')).not.toEqual(first);
  });

  it('says in defect.json what share of the page loads a defect spoils, and only then', async () => {
    await buildApp({ app: 'mfe2', version: 'v1.2.0', outDir: join(folder, 'broken'), defect: 'throws-half' });
    expect(JSON.parse(await readFile(join(folder, 'broken', 'defect.json'), 'utf8'))).toEqual({ failureRate: 0.5 });
    await buildApp({ app: 'mfe2', version: 'v1.2.0', outDir: join(folder, 'broken') });
    expect([...(await filesOf('broken')).keys()]).not.toContain('defect.json');
  });

  it.each<readonly [Partial<ExampleBuild>, RegExp]>([
    [{ app: 'mfe9' as 'mfe1' }, /Unknown app "mfe9": choose one of shell, mfe1, mfe2/],
    [{ version: '../v1' }, /Unusable version/],
    [{ app: 'shell', defect: 'throws' }, /Unknown defect "throws" for shell: choose one of no-boot, blank/],
  ])('refuses %j before it touches the folder', async (wrong, message) => {
    const outDir = join(folder, 'refused');
    await expect(buildApp({ app: 'mfe1', version: 'v1.0.0', outDir, ...wrong })).rejects.toThrow(message);
    await expect(readdir(outDir)).rejects.toThrow(/ENOENT/);
  });
});
