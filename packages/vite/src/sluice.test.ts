import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sluice, type SluiceOptions } from './index.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-vite-'));
  // The federation plugin does nothing where it sees a test runner.
  vi.stubEnv('MFE_VITE_NO_TEST_ENV_CHECK', 'true');
});
afterAll(() => {
  vi.unstubAllEnvs();
  return rm(folder, { recursive: true, force: true });
});

const sources = {
  'index.html': '<!doctype html><link rel="icon" href="./icon.svg" /><script type="module" src="./main.js"></script>',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
  'main.js': `import css from './look.module.css'; document.title = css.title + import.meta.env.SLUICE_VERSION;`,
  'look.module.css': '.title { color: navy }',
};

interface Built {
  readonly paths: readonly string[];
  readonly text: (pattern: RegExp) => Promise<string>;
}

let builds = 0;

async function built(
  options: SluiceOptions,
  { without = [], env = '', ...config }: InlineConfig & { without?: readonly string[]; env?: string } = {},
): Promise<Built> {
  const root = join(folder, String((builds += 1)));
  await mkdir(root);
  for (const [name, text] of Object.entries(sources)) {
    if (!without.includes(name)) await writeFile(join(root, name), text);
  }
  if (env !== '') await writeFile(join(root, '.env'), env);
  await build({ ...config, root, configFile: false, logLevel: 'silent', plugins: [sluice(options)] });
  const outDir = join(root, 'dist');
  const paths = await readdir(outDir, { recursive: true });
  return {
    paths,
    text: async (pattern) => {
      const found = await Promise.all(
        paths.filter((path) => pattern.test(path)).map((path) => readFile(join(outDir, path), 'utf8')),
      );
      return found.join('\n');
    },
  };
}

const asRemote = { app: 'mfe1', exposes: { './App': './main.js' }, shared: {} };

describe('a shell', () => {
  it('has relative addresses, its version in the code, and class names of its own', async () => {
    const { text } = await built({ app: 'shell', version: 'v1.2.0' });
    expect(await text(/index\.html$/)).toContain('src="./assets/');
    expect(await text(/\.js$/)).toContain('v1.2.0');
    expect(await text(/\.css$/)).toMatch(/\.shell-title-[0-9a-f]{6}/);
  });

  it('takes its version from SLUICE_VERSION in .env, and is v0.0.0 where nobody says it', async () => {
    const named = await built({ app: 'shell' }, { env: 'SLUICE_VERSION=v3.1.4' });
    expect(await named.text(/\.js$/)).toContain('v3.1.4');
    const nameless = await built({ app: 'shell' });
    expect(await nameless.text(/\.js$/)).toContain('v0.0.0');
  });

  it('keeps what its configuration says itself', async () => {
    const { text } = await built(
      { app: 'shell' },
      { base: '/fixed/', css: { modules: { generateScopedName: 'mine' } } },
    );
    expect(await text(/index\.html$/)).toContain('src="/fixed/assets/');
    expect(await text(/\.css$/)).toContain('.mine');
  });
});

describe('a remote', () => {
  it('is built without its page, with a manifest that names version, entry and exposed modules', async () => {
    const { paths, text } = await built({ ...asRemote, version: 'v1.2.0' });
    expect(paths).toContain('remoteEntry.js');
    expect(paths).not.toContain('index.html');
    const manifest: unknown = JSON.parse(await text(/mf-manifest\.json$/));
    expect(manifest).toMatchObject({
      name: 'mfe1',
      metaData: { buildInfo: { buildVersion: 'v1.2.0' }, remoteEntry: { name: 'remoteEntry.js', type: 'module' } },
      exposes: [{ name: 'App' }],
    });
    expect(process.env['MF_BUILD_VERSION']).toBeUndefined();
  });

  it('has class names of another content in another version', async () => {
    const one = await built(asRemote, { without: ['index.html'] });
    sources['look.module.css'] = '.title { color: teal }';
    const other = await built(asRemote, { without: ['index.html'] });
    const classOf = async ({ text }: Built): Promise<string> =>
      /\.mfe1-title-\w+/.exec(await text(/\.css$/))?.[0] ?? '';
    expect(await classOf(one)).not.toBe('');
    expect(await classOf(other)).not.toBe(await classOf(one));
  });
});
