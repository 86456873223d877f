import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { aPlatform, copyOf, finished, firstJson, rollbackScript } from './sluice.fixture.mjs';

// What a person does with the command line, in the order of the day.

type Platform = Awaited<ReturnType<typeof aPlatform>>;

let template: Platform;
let own: Platform;
beforeAll(async () => {
  template = await aPlatform({
    plans: {
      quick: {
        stages: [
          { percent: 5, soak: '1m' },
          { percent: 50, soak: '1m' },
        ],
      },
    },
  });
  await template.publish('mfe1', 'v1.0.0', 'v1.1.0');
  const first = await template.sluice('start', 'mfe1', 'v1.0.0');
  if (first.code !== 0) throw new Error(first.stderr);
});
afterAll(() => template.remove());
afterEach(() => own.remove());

async function ok(...args: string[]) {
  const answer = await own.sluice(...args, '--json');
  if (answer.code !== 0) throw new Error(`${args.join(' ')}: ${answer.stdout}${answer.stderr}`);
  return answer.json() as Record<string, unknown>;
}

const pointer = async () => JSON.parse(await own.text('mfe1/active-version.json')) as Record<string, unknown>;

describe('sluice init', () => {
  it('writes a configuration and a store from its flags, and is found from below', async () => {
    own = await copyOf(template);
    await rm(own.path('sluice.config.ts'));
    await rm(own.path('.sluice'), { recursive: true });
    const made = await own.sluice('init', '--shell', 'shell', '--remote', 'mfe1', '--remote', 'my-orders');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain('sluice publish <build of my-orders> --app my-orders --version v1.0.0');
    await mkdir(own.path('a/b'), { recursive: true });
    const below = await own.sluice('status', '--json', '--config', 'sluice.config.ts');
    expect((below.json() as { apps: { app: string }[] }).apps.map(({ app }) => app)).toEqual([
      'shell',
      'mfe1',
      'my-orders',
    ]);
    const text = await readFile(own.path('sluice.config.ts'), 'utf8');
    const again = await own.sluice('init', '--remote', 'other');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('is there already and stays as it is: add the apps to it by hand.');
    expect(await readFile(own.path('sluice.config.ts'), 'utf8')).toBe(text);
    expect((await readdir(own.folder)).filter((name) => name.includes('config'))).toEqual(['sluice.config.ts']);
  });

  it('a configuration may be JSON or a module of JavaScript as well', async () => {
    own = await copyOf(template);
    await rm(own.path('sluice.config.ts'));
    await writeFile(own.path('sluice.config.json'), JSON.stringify({ apps: { mfe1: { kind: 'remote' } } }));
    await ok('status', 'mfe1');
    const module =
      "import { defineConfig } from '@sluice/schema';\nexport default defineConfig({ apps: { mfe1: { kind: 'remote' } } });\n";
    await writeFile(own.path('sluice.config.mjs'), module);
    const { apps } = await ok('status');
    expect(apps).toHaveLength(1);
  });
});

describe('sluice publish', () => {
  it('publishes once; the same bytes again write nothing', async () => {
    own = await copyOf(template);
    const dir = await own.build('mfe2-v2');
    const first = await own.sluice('publish', dir, '--app', 'mfe2', '--version', 'v2.0.0', '--commit', 'abc123');
    expect(first.stdout).toMatch(
      /^Published mfe2 v2\.0\.0: 2 files, \d+ bytes, verified\.\nNext: `sluice start mfe2 v2\.0\.0`\.\n$/,
    );
    expect(first.stderr).toBe('');
    const before = await own.content();
    expect(await ok('publish', dir, '--app', 'mfe2', '--version', 'v2.0.0')).toMatchObject({
      result: 'unchanged',
      uploaded: 0,
      manifest: { commit: 'abc123', version: 'v2.0.0' },
    });
    expect(await own.content()).toEqual(before);
  });

  it('tells the size of what is small in bytes, and of one file that it is one', async () => {
    own = await copyOf(template);
    await mkdir(own.path('small'));
    await writeFile(own.path('small/app.js'), 'export {};');
    const publish = ['publish', own.path('small'), '--app', 'mfe2', '--version', 'v3.0.0', '--entry', 'app.js'];
    expect((await own.sluice(...publish)).stdout).toMatch(/^Published mfe2 v3\.0\.0: 1 file, 10 bytes, verified\./);
  });
});

describe('sluice start, advance, pause, resume, promote, abort', () => {
  it('B1 B6 B7 steers a rollout, refuses what is stale, and writes down who did it and why', async () => {
    own = await copyOf(template);
    expect(await ok('start', 'mfe1', 'v1.1.0', '--plan', 'quick', '--reason', 'new checkout')).toMatchObject({
      result: 'done',
      servedAfterMs: null,
      status: { app: 'mfe1', rollout: { stage: 1, stages: 3, desiredPercent: 5, plan: 'quick' } },
    });
    expect(await ok('start', 'mfe1', 'v1.1.0')).toMatchObject({ result: 'unchanged' });
    expect((await own.sluice('start', 'mfe1', 'v1.0.0', '--plan', 'nope')).code).toBe(2);
    for (const stale of [
      ['--stage', '2'],
      ['--version', 'v1.0.0'],
      ['--generation', '77'],
    ]) {
      const before = await own.content();
      const answer = await own.sluice('advance', 'mfe1', ...stale, '--json');
      expect(answer.code).toBe(6);
      expect(answer.json()).toMatchObject({ error: { code: 'command-stale' } });
      expect(await own.content()).toEqual(before);
    }
    const { generation } = await pointer();
    const expected = ['--stage', '1', '--version', 'v1.1.0', '--generation', String(generation)];
    expect(await ok('advance', 'mfe1', ...expected)).toMatchObject({ status: { rollout: { stage: 2 } } });
    expect(await ok('pause', 'mfe1', '--reason', 'lunch')).toMatchObject({
      status: { rollout: { waiting: 'paused' } },
    });
    expect((await own.sluice('status', 'mfe1')).stdout).toContain('lunch');
    await ok('resume', 'mfe1');
    expect(await ok('promote', 'mfe1')).toMatchObject({ status: { rollout: { stage: 3, desiredPercent: 100 } } });
    expect((await own.sluice('promote', 'mfe1')).code).toBe(7);
    await ok('abort', 'mfe1', '--reason', 'checkout fails');
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryPercent: 0, blocked: ['v1.1.0'] });
    const { entries } = await ok('history', 'mfe1');
    expect((entries as { kind: string }[]).map(({ kind }) => kind).toReversed()).toEqual([
      'first-version',
      'started',
      'advanced',
      'paused',
      'resumed',
      'full-weight',
      'ended',
    ]);
    expect((entries as { why: string }[])[0]?.why).toContain('checkout fails');
    expect((await own.sluice('history')).stdout.split('\n')[0]).toContain('aborted');
  });
});

describe('sluice rollback and block', () => {
  it('B11 is an abort while a rollout runs, writes nothing for what is served, and B12 must be asked for twice', async () => {
    own = await copyOf(template);
    await ok('start', 'mfe1', 'v1.1.0');
    await ok('rollback', 'mfe1', '--reason', 'checkout fails');
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryPercent: 0, blocked: ['v1.1.0'] });
    const before = await own.content();
    expect(await ok('rollback', 'mfe1', '--to', 'v1.0.0')).toMatchObject({ result: 'unchanged' });
    const again = await own.sluice('rollback', 'mfe1', '--json');
    expect(again.code).toBe(7);
    expect(again.json()).toMatchObject({ error: { code: 'rollback-repeated' } });
    expect(await own.content()).toEqual(before);
  });

  it('B8 rollback.sh needs the store only: no controller runs, and the same documents are written', async () => {
    own = await copyOf(template);
    await ok('start', 'mfe1', 'v1.1.0');
    const answer = await rollbackScript(own.folder, 'mfe1', '--reason', 'checkout fails');
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout).toContain('v1.1.0 is aborted: everybody gets v1.0.0');
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryPercent: 0, blocked: ['v1.1.0'] });
    expect(JSON.parse(await own.text('platform-index.json'))).toMatchObject({
      apps: { mfe1: { version: 'v1.0.0', canaryPercent: 0, blocked: ['v1.1.0'] } },
    });
    expect(((await ok('history', 'mfe1'))['entries'] as { why: string }[])[0]?.why).toContain('checkout fails');
    expect(await rollbackScript(own.folder, 'mfe9')).toMatchObject({ code: 2 });
    const usage = await rollbackScript(own.folder);
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('Usage: ./rollback.sh <app>')]);
  });

  it('B9 refuses a rollback to a version whose files are altered before the pointer is touched', async () => {
    own = await copyOf(template);
    await own.write('mfe1/v1.1.0/remoteEntry.js', 'altered');
    const before = await own.content();
    const answer = await own.sluice('rollback', 'mfe1', '--to', 'v1.1.0', '--json');
    expect(answer.code).toBe(7);
    expect(answer.json()).toMatchObject({ error: { code: 'version-altered', details: ['remoteEntry.js: altered'] } });
    expect(await own.content()).toEqual(before);
  });

  it('blocks a version, once, and never the one that everybody has', async () => {
    own = await copyOf(template);
    await ok('block', 'mfe1', 'v1.0.9', '--reason', 'leaks tokens');
    expect((await pointer())['blocked']).toEqual(['v1.0.9']);
    expect(await ok('block', 'mfe1', 'v1.0.9')).toMatchObject({ result: 'unchanged' });
    expect((await own.sluice('block', 'mfe1', 'v1.0.0')).code).toBe(2);
  });
});

describe('sluice watch', () => {
  it('G6 times out with exit 5 while the rollout goes on, and ends with exit 3 when it is taken back', async () => {
    own = await copyOf(template);
    await ok('start', 'mfe1', 'v1.1.0');
    const late = await own.sluice('watch', 'mfe1', '--timeout', '1ms');
    expect(late.code).toBe(5);
    expect(late.stdout).toMatch(/^mfe1: v1\.1\.0 stage 1\/4 at 5 %, canary 0\/0, stable 0\/0 failed\. .+\n$/);
    expect(late.stderr).toContain('[timeout]');
    const child = own.start(['watch', 'mfe1', '--json']);
    const watching = finished(child);
    await new Promise((says) => child.stdout.once('data', says));
    await ok('abort', 'mfe1');
    const watched = await watching;
    expect(watched.code).toBe(3);
    const lines = watched.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { apps: object[] });
    expect(lines.at(-1)?.apps[0]).toMatchObject({ app: 'mfe1', rollout: { outcome: 'aborted' } });
  });
});

describe('what is printed', () => {
  it('status --json has the same shape whatever goes on', async () => {
    own = await copyOf(template);
    const keys = ['app', 'kind', 'group', 'pointer', 'drifted', 'rollout', 'queued', 'served', 'sentence'];
    const { apps } = (await ok('status')) as { apps: object[] };
    expect(apps.map((app) => Object.keys(app))).toEqual([keys, keys]);
    expect(apps[0]).toMatchObject({ app: 'mfe1', drifted: false, rollout: null, pointer: { version: 'v1.0.0' } });
  });

  it('G10 status shows stage, desired and observed share, soak, sessions, evidence and one sentence why', async () => {
    own = await copyOf(template);
    await ok('start', 'mfe1', 'v1.1.0', '--plan', 'quick');
    expect((await own.sluice('status', 'mfe1')).stdout).toBe(`mfe1 remote v1.0.0 → v1.1.0
├─ stage     ◉─○─○ 1 of 3, plan quick
├─ share     desired 5 %, observed none yet
├─ soak      60 s of 60 s left, 100 more canary sessions needed
├─ canary    0 sessions, 0 failed
├─ stable    0 sessions, 0 failed
├─ rollback  ░░░░░░░░░░░░░░░░░░░░   0 % of enough
├─ hold      ░░░░░░░░░░░░░░░░░░░░   0 % of enough
├─ promote   ░░░░░░░░░░░░░░░░░░░░   0 % of enough
└─ why       Stage 1 has seen no closed slot with canary sessions yet; no data is never a pass.
`);
  });

  it('is plain where nobody looks: no colour in a pipe, in CI, or under NO_COLOR', async () => {
    own = await copyOf(template);
    const plain = [
      await own.sluiceWith({ CI: '1' }, 'status'),
      await own.sluiceWith({ FORCE_COLOR: '1', NO_COLOR: '1' }, 'status'),
    ];
    for (const { stdout } of plain) expect(stdout).not.toContain('\x1b');
    expect((await own.sluiceWith({ FORCE_COLOR: '1' }, 'status')).stdout).toContain('\x1b[32mv1.0.0');
  });

  it('help teaches: every command has an example', async () => {
    own = await copyOf(template);
    const commands =
      'init publish serve doctor start rollback block advance promote pause resume abort status watch history simulate';
    for (const command of commands.split(' ')) {
      const { code, stdout } = await own.sluice(command, '--help');
      expect([command, code, stdout.includes(`\n  $ sluice ${command}`)]).toEqual([command, 0, true]);
    }
  });
});

describe('sluice serve', () => {
  const nobody = async (url: string): Promise<boolean> =>
    fetch(url).then(
      () => false,
      () => true,
    );
  const gone = (url: string) => expect.poll(() => nobody(url)).toBe(true);

  it('runs edge and controller at the addresses that it prints, and ends both on SIGTERM with exit 0', async () => {
    own = await copyOf(template);
    const child = own.start(['serve', '--json']);
    const ended = finished(child);
    const { edge, controller } = (await firstJson(child)) as { edge: string; controller: string };
    const index = (await (await fetch(`${edge}/platform-index.json`)).json()) as { apps: Record<string, unknown> };
    expect(index.apps['mfe1']).toMatchObject({ version: 'v1.0.0' });
    expect((await fetch(`${controller}/api/health`)).status).toBe(200);
    // Through the edge to a controller whose port nobody knew before.
    expect((await fetch(`${edge}/api/status`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    await gone(`${edge}/platform-index.json`);
    expect(await nobody(`${controller}/api/health`)).toBe(true);
  });

  it.each([{ told: ['SIGHUP'] }, { told: ['SIGINT', 'SIGINT'] }, { told: ['SIGTERM', 'SIGTERM', 'SIGTERM'] }] as const)(
    'E18 ends edge and controller on $told: a closed terminal, or somebody without patience',
    async ({ told }) => {
      own = await copyOf(template);
      const child = own.start(['serve', '--json']);
      const ended = finished(child);
      const { edge, controller } = (await firstJson(child)) as { edge: string; controller: string };
      for (const signal of told) child.kill(signal);
      await ended;
      await gone(`${edge}/platform-index.json`);
      expect(await nobody(`${controller}/api/health`)).toBe(true);
    },
  );

  it('keeps the edge serving when the controller is killed', async () => {
    own = await copyOf(template);
    const child = own.start(['serve', '--json']);
    const ended = finished(child);
    const { edge, edgePid } = (await firstJson(child)) as { edge: string; edgePid: number };
    child.kill('SIGKILL');
    try {
      for (let i = 0; i < 20; i += 1) expect((await fetch(`${edge}/platform-index.json`)).status).toBe(200);
    } finally {
      process.kill(edgePid, 'SIGTERM');
    }
    await gone(`${edge}/platform-index.json`);
    await ended;
  });
});

describe('sluice doctor', () => {
  it('finds what is wrong with each part, each with its remedy, and exits by the first', async () => {
    own = await copyOf(template);
    await rm(own.path('.sluice/store/mfe1/v1.0.0/remoteEntry.js'));
    await own.write('platform-index.json', '{"schema":1,"sampleRate":0.01,"apps":{}}');
    await own.write('sluice-store.json', '{"schema":2}');
    const answer = await own.sluice('doctor', '--json');
    const { ok: well, findings } = answer.json() as {
      ok: boolean;
      findings: { check: string; ok: boolean; remedy?: string }[];
    };
    expect([answer.code, well]).toEqual([7, false]);
    expect(findings.filter((one) => !one.ok)).toMatchObject([
      { check: 'marker', code: 'schema-unknown', exit: 7 },
      { check: 'mfe1', code: 'version-altered', details: ['v1.0.0: remoteEntry.js: missing'] },
      { check: 'index', details: ['mfe1: the pointer says v1.0.0, canary none at 0 %; the index says nothing.'] },
    ]);
    for (const { ok: fine, remedy } of findings) expect(fine || (remedy ?? '') !== '').toBe(true);
    expect(await own.text('platform-index.json')).toContain('"apps":{}');
  });

  it('says that a store cannot be written', async () => {
    own = await copyOf(template);
    const store = own.path('.sluice/store');
    const writable = readOnly(store);
    try {
      expect((await own.sluice('doctor')).stdout).toContain('Give this user write access');
    } finally {
      writable();
    }
  });
});

/** For root the mode of a folder is no hindrance: it gets a read-only mount instead. What undoes it. */
function readOnly(folder: string): () => void {
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o500);
    return () => chmodSync(folder, 0o700);
  }
  execFileSync('mount', ['--bind', folder, folder]);
  execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
  return () => execFileSync('umount', [folder]);
}
