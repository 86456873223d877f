import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform, copyOf, finished } from './sluice.fixture.mjs';

// Every bad input of a person: a clear error that names the thing, the value and the next command; nothing half-written.

type Platform = Awaited<ReturnType<typeof aPlatform>>;

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
  await platform.publish('mfe1', 'v1.0.0', 'v1.1.0');
  const first = await platform.sluice('start', 'mfe1', 'v1.0.0');
  if (first.code !== 0) throw new Error(first.stderr);
});
afterAll(() => platform.remove());

/** Runs a command that must be refused, in words and as JSON, and must not change the store. */
async function refused(on: Platform, ...args: string[]) {
  const before = await on.content();
  const [inWords, asJson] = await Promise.all([on.sluice(...args), on.sluice(...args, '--json')]);
  expect(await on.content()).toEqual(before);
  expect(inWords.stdout).toBe('');
  expect(inWords.stderr).not.toContain('    at ');
  expect(asJson.stderr).toBe('');
  expect(asJson.code).toBe(inWords.code);
  const { error, ...others } = asJson.json() as { error: Record<string, unknown> };
  expect(others).toEqual({});
  expect(Object.keys(error)).toEqual(['code', 'message', 'remedy', 'details']);
  expect(inWords.stderr).toContain(`[${String(error['code'])}]`);
  expect(inWords.stderr).toContain(String(error['message']));
  return { exit: inWords.code, ...(error as { code: string; message: string; remedy: string; details: string[] }) };
}

describe('what a person types wrongly', () => {
  it.each([
    [['start', 'nope', 'v1.0.0']],
    [['publish', '.', '--app', 'nope', '--version', 'v1.0.0']],
    [['rollback', 'nope']],
    [['status', 'nope']],
    [['abort', 'nope']],
    [['watch', 'nope']],
  ])('an unknown app: %j names the apps that there are', async (args) => {
    const error = await refused(platform, ...args);
    expect(error).toMatchObject({ exit: 2, code: 'app-unknown' });
    expect(error.message).toContain('"nope"');
    expect(error.message).toMatch(/mfe1, mfe2/);
  });

  it.each([[['start', 'mfe1', 'v9.9.9']], [['rollback', 'mfe1', '--to', 'v9.9.9']]])(
    'an unpublished version: %j says how to publish it and what there is',
    async (args) => {
      const error = await refused(platform, ...args);
      expect(error).toMatchObject({
        exit: 7,
        code: 'version-not-found',
        message: 'Version "v9.9.9" of "mfe1" is not published.',
        remedy: 'Publish it with `sluice publish dist --app mfe1 --version v9.9.9`, or choose one of v1.0.0, v1.1.0.',
      });
    },
  );

  it.each([
    [['start', 'mfe1', 'latest'], 'version-name-invalid'],
    [['start', 'mfe1', 'pr-12-abcdef0'], 'version-name-invalid'],
    [['publish', '.', '--app', 'mfe1', '--version', '1.0'], 'version-name-invalid'],
    [['start', 'mfe1', 'v1.1.0', '--plan', 'quick'], 'plan-invalid'],
    [['status', '--target', 'production'], 'config-invalid'],
    [['status', '--config', 'elsewhere.ts'], 'config-invalid'],
    [['watch', 'mfe1', '--timeout', 'soon'], 'usage'],
    [['strat', 'mfe1'], 'usage'],
    [['start', 'mfe1'], 'usage'],
    [['publish', '.'], 'usage'],
    [['status', '--colour'], 'usage'],
    [['advance', 'mfe1', '--stage', 'two'], 'usage'],
    [['serve', '--only', 'dashboard'], 'usage'],
    [['init', '--remote', 'API', '--remote', 'a', '--remote', 'a'], 'app-name-invalid'],
  ])('%j is refused with %s, exit 2', async (args, code) => {
    expect(await refused(platform, ...args)).toMatchObject({ exit: 2, code });
  });

  it.each([
    [['advance', 'mfe1'], 'rollout-not-running'],
    [['abort', 'mfe1'], 'rollout-not-running'],
    [['rollback', 'mfe1'], 'rollback-nowhere'],
    [['publish', 'builds/mfe1-v1.1.0', '--app', 'mfe1', '--version', 'v1.0.0'], 'version-exists'],
  ])('%j is refused with %s, exit 7', async (args, code) => {
    expect(await refused(platform, ...args)).toMatchObject({ exit: 7, code });
  });

  it('says which command was probably meant', async () => {
    expect((await refused(platform, 'strat', 'mfe1')).remedy).toBe('Did you mean start? See `sluice --help`.');
  });

  it('shows a stack only when asked', async () => {
    const { stderr, code } = await platform.sluice('start', 'nope', 'v1.0.0', '--debug');
    expect(stderr).toMatch(/\n {4}at /);
    expect(code).toBe(2);
  });

  it('a build that cannot be published: every problem is listed and nothing of it is stored', async () => {
    const dir = platform.path('builds/bad');
    await mkdir(dir, { recursive: true });
    await writeFile(`${dir}/remoteEntry.js`, 'import("./gone.js");');
    const error = await refused(platform, 'publish', dir, '--app', 'mfe2', '--version', 'v1.0.0');
    expect(error).toMatchObject({ exit: 2, code: 'build-invalid' });
    expect(error.details.join('\n')).toMatch(/mf-manifest\.json[^]*gone\.js/);
    const nowhere = await refused(platform, 'publish', 'no-such-dir', '--app', 'mfe2', '--version', 'v1.0.0');
    expect(nowhere).toMatchObject({ exit: 2, code: 'build-invalid' });
  });
});

describe('what is wrong with a configuration', () => {
  const stages = [{ percent: 250, soak: '0s' }, { percent: 5.125 }];

  it('A5 percent 250 in a plan: every problem at its place, and a running rollout is untouched', async () => {
    const own = await copyOf(platform);
    await own.sluice('start', 'mfe1', 'v1.1.0');
    await own.configure({ plans: { quick: { stages } }, plan: 'quick', smapleRate: 1 });
    const error = await refused(own, 'advance', 'mfe1');
    expect(error).toMatchObject({ exit: 2, code: 'config-invalid' });
    expect(error.details.map((line) => line.split(': ')[0])).toEqual([
      'smapleRate',
      'plans.quick.stages.0.percent',
      'plans.quick.stages.0.soak',
      'plans.quick.stages.1.percent',
      'plans.quick.stages.1.soak',
    ]);
    expect(error.details[1]).toContain('250 is not a percentage');
    await own.remove();
  });

  it.each([
    ['no default export', 'export const config = {};'],
    ['a slip of syntax', 'export default {'],
    ['an exception', 'throw new Error("on purpose");'],
    ['nothing', ''],
    ['a list', 'export default [];'],
  ])('%s is told with the file', async (_what, text) => {
    const own = await copyOf(platform);
    await own.configure(text);
    const answer = await own.sluice('status', '--json');
    expect(answer.code).toBe(2);
    expect(answer.json()).toMatchObject({ error: { code: 'config-invalid' } });
    expect(answer.stdout).toContain('sluice.config.ts');
    await own.remove();
  });

  it('none at all: says how to make one', async () => {
    const own = await copyOf(platform);
    await rm(own.path('sluice.config.ts'));
    expect((await refused(own, 'status')).remedy).toContain('sluice init');
    await own.remove();
  });
});

describe('what is wrong with a store', () => {
  it.each([
    ['garbage', 'garbage', 'document-invalid', 2],
    ['a torn document', '{"version":"v1.0.0","canary', 'document-invalid', 2],
    ['percent 250', '{"version":"v1.0.0","canaryVersion":"v1.1.0","canaryPercent":250}', 'document-invalid', 2],
    ['a newer schema', '{"version":"v1.0.0","schema":2}', 'schema-unknown', 7],
  ])('E10 %s in the pointer: no command writes, and doctor says what is wrong', async (_what, text, code, exit) => {
    const own = await copyOf(platform);
    await own.write('mfe1/active-version.json', text);
    for (const args of [['start', 'mfe1', 'v1.1.0'], ['status']]) {
      const error = await refused(own, ...args);
      expect(error).toMatchObject({ exit, code });
      expect(error.message).toContain('mfe1/active-version.json');
    }
    expect(await own.text('mfe1/active-version.json')).toBe(text);
    const doctor = (await own.sluice('doctor', '--json')).json() as { findings: { check: string; code?: string }[] };
    expect(doctor.findings.find(({ check }) => check === 'mfe1')).toMatchObject({ ok: false, code });
    await own.remove();
  });

  it('a folder that is not a store: nothing is put into it', async () => {
    const own = await copyOf(platform);
    await mkdir(own.path('elsewhere'));
    await writeFile(own.path('elsewhere/holiday.txt'), 'x');
    await own.configure({ targets: { local: { store: 'elsewhere' } } });
    const error = await refused(own, 'start', 'mfe1', 'v1.0.0');
    expect(error).toMatchObject({ exit: 8, code: 'store-not-found' });
    expect(error.message).toContain(own.path('elsewhere'));
    expect(await refused(own, 'init')).toMatchObject({ exit: 8, code: 'store-not-found' });
    expect((await own.sluice('doctor')).code).toBe(8);
    expect(await readdir(own.path('elsewhere'))).toEqual(['holiday.txt']);
    await own.remove();
  });

  it('leaves no configuration behind when its store cannot be made', async () => {
    const own = await copyOf(platform);
    await rm(own.path('sluice.config.ts'));
    await rm(own.path('.sluice/store/sluice-store.json'));
    await writeFile(own.path('.sluice/store/holiday.txt'), 'x');
    expect((await own.sluice('init', '--remote', 'mfe1')).code).toBe(8);
    expect((await readdir(own.folder)).filter((name) => name.startsWith('sluice.config'))).toEqual([]);
    await own.remove();
  });

  it.skipIf(process.getuid?.() !== 0)(
    'E17 a full disk: publish and start fail clearly, and nothing is half-written',
    async () => {
      const own = await aPlatform();
      const root = own.path('small');
      await mkdir(root);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', root]);
      try {
        await own.configure({
          targets: { local: { store: 'small/store', edge: { port: 0 }, controller: { port: 0 } } },
        });
        await own.sluice('init');
        await own.publish('mfe1', 'v1.0.0');
        const before = await own.content(`${root}/store`);
        const large = await own.build('large', `//${'x'.repeat(300_000)}`);
        const full = await own.sluice('publish', large, '--app', 'mfe1', '--version', 'v1.1.0', '--json');
        expect(full.code).toBe(8);
        expect(full.json()).toMatchObject({ error: { code: 'store-full' } });
        expect(full.stdout).toContain('Free some space');
        const after = Object.keys(await own.content(`${root}/store`));
        expect(after.filter((key) => key.includes('.tmp') || key === 'mfe1/v1.1.0/version.json')).toEqual([]);
        expect(await own.content(`${root}/store`)).toMatchObject(before);
        fill(root);
        const start = await own.sluice('start', 'mfe1', 'v1.0.0');
        expect(start).toMatchObject({ code: 8, stdout: '' });
        expect(start.stderr).toContain('[store-full]');
        expect(Object.keys(await own.content(`${root}/store`)).filter((key) => key.includes('active-version'))).toEqual(
          [],
        );
      } finally {
        execFileSync('umount', [root]);
        await own.remove();
      }
    },
  );
});

/** Takes every block that is left. */
function fill(root: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${root}/fill`, 'bs=4k'], { stdio: 'ignore' });
  } catch {
    // It ends when the disk is full.
  }
}

describe('a port in use', () => {
  it.each(['controller', 'edge'])('of the %s: exit 8, names the port, and leaves no process behind', async (part) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const free = { edge: { port: 0 }, controller: { port: 0 } };
    const own = await aPlatform({ targets: { local: { ...free, [part]: { port } } } });
    const answer = await finished(own.start(['serve']));
    expect(answer.code).toBe(8);
    expect(answer.stderr).toContain(`Port ${String(port)}`);
    expect(answer.stderr).toContain('[port-in-use]');
    expect(answer.stdout).toBe('');
    holder.close();
    await own.remove();
  });
});
