import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform } from './sluice.fixture.mjs';

type Platform = Awaited<ReturnType<typeof aPlatform>>;

let platform: Platform;
beforeAll(async () => {
  const apps = { shell: { kind: 'shell' }, admin: { kind: 'shell', mount: '/admin' }, mfe1: { kind: 'remote' } };
  platform = await aPlatform({ apps });
  await platform.publish('mfe1', 'v1.0.0');
  const started = await platform.sluice('start', 'mfe1', 'v1.0.0');
  if (started.code !== 0) throw new Error(started.stderr);
});
afterAll(() => platform.remove());

interface Built {
  readonly target: string;
  readonly out: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly next: string;
}

describe('sluice edge build', () => {
  it.each([
    ['cloudfront', [], ['viewer-request.js', 'viewer-response.js']],
    ['lambda', ['--pointers', 'https://d111.cloudfront.net'], ['index.js']],
    [
      'nginx',
      [],
      [
        'nginx.conf',
        'sluice-nginx.js',
        'sluice-viewer-request.js',
        'sluice-viewer-response.js',
        'cloudfront',
        'run/README',
      ],
    ],
    ['node', [], ['edge.mjs']],
  ])('writes the edge for %s and says what to do with it', async (target, more, names) => {
    const answer = await platform.sluice('edge', 'build', '--target', target, ...more, '--json');
    const built = answer.json() as Built;
    expect([answer.code, built.target]).toEqual([0, target]);
    expect(built.files.map(({ path }) => path)).toEqual(names);
    for (const { path, bytes } of built.files) {
      expect((await stat(platform.path('edge', target, path))).size).toBe(bytes);
    }
    expect(built.next).toContain(`edge/${target}`);
    expect(await readdir(platform.path('edge', target))).not.toContainEqual(expect.stringMatching(/\.new$/));
  });

  it('writes apps, mounts and the region header into the functions', async () => {
    const args = ['--target', 'cloudfront', '--out', 'out', '--region-header', 'CloudFront-Viewer-Country'];
    const answer = await platform.sluice('edge', 'build', ...args);
    expect(answer.stdout).toMatch(
      /^Built out:\n {2}viewer-request\.js +\d+ bytes\n {2}viewer-response\.js +\d+ bytes\n\nNext: /,
    );
    const forRequest = (await readFile(platform.path('out', 'viewer-request.js'), 'utf8')).split('\n');
    const forResponse = (await readFile(platform.path('out', 'viewer-response.js'), 'utf8')).split('\n');
    const [first, second] = forRequest;
    expect(first).toBe("import cf from 'cloudfront';");
    expect(forResponse.slice(0, 3)).toEqual([first, "var crypto=require('crypto');", second]);
    expect(JSON.parse(/^var SLUICE=(.*);$/.exec(second ?? '')?.[1] ?? '')).toEqual({
      apps: { shell: 'shell', admin: 'admin', mfe1: 'mfe1' },
      shells: [
        ['/admin', 'admin'],
        ['', 'shell'],
      ],
      regionHeader: 'cloudfront-viewer-country',
      secure: true,
    });
  });

  it('F18 writes what visitors may be known by into each edge; CloudFront has functions of their own for it', async () => {
    const own = await aPlatform({ visitors: { consent: 'required', identity: 'coarse' } });
    const targets = { cloudfront: 'viewer-request.js', lambda: 'index.js', nginx: 'sluice-nginx.js', node: 'edge.mjs' };
    for (const [target, file] of Object.entries(targets)) {
      const more = target === 'lambda' ? ['--pointers', 'https://d111.cloudfront.net'] : [];
      expect((await own.sluice('edge', 'build', '--target', target, ...more)).code).toBe(0);
      const text = await readFile(own.path('edge', target, file), 'utf8');
      const settings = JSON.parse(/^var SLUICE=(.*);$/m.exec(text)?.[1] ?? '') as { visitors?: object };
      expect(settings.visitors ?? settings).toMatchObject({ consent: 'required', identity: 'coarse' });
      expect(text).toContain('sluice_consent');
    }
    await own.remove();
    const plain = await readFile(platform.path('edge', 'cloudfront', 'viewer-request.js'), 'utf8');
    expect(plain).not.toContain('sluice_consent');
  });

  it('tells everything that is wrong at once, with the remedy, and writes nothing', async () => {
    const args = [
      '--target',
      'cloudflare',
      '--origin',
      'ftp://x',
      '--keys',
      'k.json',
      '--listen',
      'here',
      '--region-header',
      'a b',
    ];
    const answer = await platform.sluice('edge', 'build', ...args, '--out', 'nothing', '--json');
    const { error } = answer.json() as { error: { code: string; details: string[] } };
    expect([answer.code, error.code]).toEqual([2, 'usage']);
    expect(error.details).toEqual([
      expect.stringMatching(/^--target: "cloudflare" .* cloudfront, lambda, nginx or node/),
      expect.stringMatching(/^--origin: It is for nginx only/),
      expect.stringMatching(/^--keys: It is for lambda, nginx and node only/),
      expect.stringMatching(/^--listen: It is for nginx and node only/),
      expect.stringMatching(/^--origin: "ftp:\/\/x" is no address/),
      expect.stringMatching(/^--listen: "here" is no address/),
      expect.stringMatching(/^--region-header: "a b" is no name/),
    ]);
    await expect(stat(platform.path('nothing'))).rejects.toThrow('ENOENT');
  });

  it('F24 tells nginx where the keys are, and people how its workers may read them', async () => {
    const settings = async (...more: readonly string[]): Promise<[unknown, string]> => {
      const answer = await platform.sluice('edge', 'build', '--target', 'nginx', '--out', 'keyed', ...more, '--json');
      const adapter = await readFile(platform.path('keyed', 'sluice-nginx.js'), 'utf8');
      const { keys } = JSON.parse(/^var SLUICE=(.*);$/m.exec(adapter)?.[1] ?? '') as { keys?: string };
      return [keys, (answer.json() as Built).next];
    };
    const own = platform.path('.sluice/keys.json');
    expect(await settings()).toEqual([own, expect.stringContaining(`chgrp <group> ${own} && chmod 640 ${own}`)]);
    expect(await settings('--keys', '/etc/sluice/keys.json')).toEqual([
      '/etc/sluice/keys.json',
      expect.stringContaining('/etc/sluice/keys.json'),
    ]);
    const served = await platform.sluice('edge', 'build', '--target', 'nginx', '--keys', '.sluice/store/keys.json');
    expect([served.code, served.stderr]).toEqual([7, expect.stringContaining('[keys-unsafe]')]);
  });

  it('F24 writes the keys of the target into the function for Lambda@Edge, for its owner only, and warns', async () => {
    const lambda = ['edge', 'build', '--target', 'lambda', '--pointers', 'https://d111.cloudfront.net'];
    const listed = (await platform.sluice('keys', 'rotate', '--json')).json() as { keys: { id: string }[] };
    await mkdir(platform.path('signing'));
    await writeFile(platform.path('signing', '.gitignore'), 'dist');
    const answer = await platform.sluice(...lambda, '--out', 'signing');
    expect(answer.stdout).toMatch(/WARNING: index\.js, .* hold the keys of .*keys\.json/);
    const file = platform.path('signing', 'index.js');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const ignored = 'dist\n/index.js\n/index.js.*\n/sluice.zip\n/sluice.zip.*\n';
    expect(await readFile(platform.path('signing', '.gitignore'), 'utf8')).toBe(ignored);
    const [, settings = ''] = /^var SLUICE=(.*);$/m.exec(await readFile(file, 'utf8')) ?? [];
    const { keys } = JSON.parse(settings) as { keys: { id: string; secret: string }[] };
    expect(keys.map(({ id }) => id)).toEqual(listed.keys.map(({ id }) => id));
    for (const { secret } of keys) expect(answer.stdout + answer.stderr).not.toContain(secret);
    const missing = await platform.sluice(...lambda, '--keys', 'elsewhere.json');
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('There are no keys at')]);
    await expect(stat(platform.path('elsewhere.json'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['an origin that would end a line of nginx.conf', ['--target', 'nginx', '--origin', 'http://x/;return 200']],
    ['an origin with quotes', ['--target', 'nginx', '--origin', 'http://x/"']],
    ['no place to ask for pointers', ['--target', 'lambda']],
    ['no target', []],
  ])('refuses %s', async (_, args) => {
    const answer = await platform.sluice('edge', 'build', ...args, '--out', 'nothing');
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('[usage]');
  });

  it('refuses a function that CloudFront would not take, with what to do instead', async () => {
    const apps = Object.fromEntries(
      Array.from({ length: 120 }, (_, i) => [`micro-frontend-number-${String(i)}`, { kind: 'remote' }]),
    );
    const many = await aPlatform({ apps });
    try {
      const answer = await many.sluice('edge', 'build', '--target', 'cloudfront');
      expect(answer.code).toBe(7);
      expect(answer.stderr).toMatch(/120 apps; CloudFront takes 10240.*\n.*--target lambda.*\[edge-too-large\]/);
    } finally {
      await many.remove();
    }
  });

  it('F6 makes a Node edge that needs nothing but Node, and opens links by the keys of the target', async () => {
    await platform.sluice('edge', 'build', '--target', 'node', '--listen', '127.0.0.1:0');
    const child = spawn(process.execPath, [platform.path('edge', 'node', 'edge.mjs')], { cwd: '/' });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', (text: Buffer) => {
          resolve(text.toString().trim().replace('edge ', ''));
        });
        child.stderr.on('data', (text: Buffer) => {
          reject(new Error(text.toString()));
        });
      });
      const response = await fetch(`${url}/mfe1/remoteEntry.js`);
      expect(response.headers.get('x-sluice')).toBe('mfe1@v1.0.0; reason=no-canary');
      expect(response.headers.get('set-cookie')).toMatch(/; Secure$/);
      const link = (await platform.sluice('audience', 'staff', '--origin', url, '--json')).json() as { link: string };
      const opened = await fetch(link.link, { redirect: 'manual', headers: { accept: 'text/html' } });
      expect([opened.status, opened.headers.get('set-cookie')]).toEqual([
        303,
        expect.stringMatching(/^sluice_audience_staff=staff:/),
      ]);
    } finally {
      child.kill();
    }
  });
});
