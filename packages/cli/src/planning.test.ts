import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform, copyOf } from './sluice.fixture.mjs';

// What a person asks before a start: how long will it take, and what will it expose?

let own: Awaited<ReturnType<typeof aPlatform>>;
beforeAll(async () => {
  own = await aPlatform({
    apps: {
      shell: { kind: 'shell', plan: 'adaptive' },
      mfe1: { kind: 'remote' },
      mfe2: { kind: 'remote', plan: 'adaptive' },
    },
    groups: { checkout: ['mfe1', 'mfe2'] },
  });
});
afterAll(() => own.remove());

const counted = (
  before: { sessionsPerSecond: number | null; sessions: number; failed: number },
  atMs = Date.now(),
) => ({
  atMs,
  before: { ...before, histograms: {}, noise: { sumX2: 0, slots: 0 }, errors: [] },
});
const write = (apps: Record<string, unknown>) => own.write('baselines.json', JSON.stringify({ schema: 1, apps }));

describe('sluice plan', () => {
  it('tells of each app how long a rollout takes at the traffic that was counted, and why it cannot where none was', async () => {
    await write({
      mfe1: counted({ sessionsPerSecond: 10, sessions: 36_000, failed: 360 }),
      mfe2: counted({ sessionsPerSecond: 0.02, sessions: 72, failed: 0 }),
    });
    const told = await own.sluice('plan', '--all');
    expect(told).toMatchObject({ code: 0, stderr: '' });
    const lines = told.stdout.split('\n').map((line) => line.trimEnd());
    expect(lines[0]).toMatch(
      /^APP +PLAN +TRAFFIC +ERRORS +TO FULL WEIGHT +BAKE +IN ALL +1 IN 10 OVER +CANARY SESSIONS$/,
    );
    expect(lines[1]).toMatch(/^shell +adaptive +not known$/);
    expect(lines[2]).toMatch(
      /^mfe1 +standard +10 sessions\/s +1 % +1 h 16 min +30 min +1 h 46 min +1 h 46 min +14,000$/,
    );
    expect(lines[3]).toMatch(
      /^mfe2 +adaptive +1,700 sessions a day +0\.5 % assumed +\d+ d +\d+ d +\d+ d +\d+ d +[\d,]+$/,
    );
    expect(told.stdout).toContain(
      'mfe1: At 10 sessions/s and 1 % errors: 5 % 15 min, 25 % 30 min, 50 % 30 min, bake 30 min.',
    );
    expect(told.stdout).toContain(
      '  ! It cannot conclude within the longest duration of 24 h: evidence that the canary is safe takes',
    );
    expect(told.stdout).toContain(
      'shell: How long it takes cannot be told: its traffic is not known yet: no controller has counted it.',
    );
    expect(told.stdout).toContain('An adaptive plan then begins at 0.01 %');
    expect(told.stdout).toContain('Give it: `sluice plan shell --traffic 50000/day --errors 0.5%`');
    expect((await own.sluice('plan')).stdout).toBe(told.stdout);
  });

  it('takes traffic, errors and plan that are given before what was counted, and has it all as JSON', async () => {
    const args = ['plan', 'mfe1', '--plan', 'adaptive', '--traffic', '3334', '--errors', '0.1%', '--json'];
    const { apps } = (await own.sluice(...args)).json() as { apps: Record<string, unknown>[] };
    expect(apps).toEqual([
      expect.objectContaining({
        app: 'mfe1',
        plan: 'adaptive',
        traffic: expect.objectContaining({
          kind: 'known',
          sessionsPerSecond: 3334,
          failureRate: 0.001,
          errors: 'given',
        }) as unknown,
        forecast: expect.objectContaining({ firstBp: 1, overBudget: true, concludes: 'in-time' }) as unknown,
        warnings: [expect.stringContaining('Above 3,333 sessions/s') as unknown],
      }),
    ]);
    const group = (await own.sluice('plan', 'checkout', '--traffic', '86400/day', '--json')).json() as typeof own & {
      apps: { app: string; traffic: { sessionsPerSecond: number } }[];
    };
    expect(group.apps.map(({ app, traffic }) => [app, traffic.sessionsPerSecond])).toEqual([
      ['mfe1', 1],
      ['mfe2', 1],
    ]);
  });

  it('does not go by what was counted long ago', async () => {
    await write({ mfe1: counted({ sessionsPerSecond: 10, sessions: 36_000, failed: 360 }, Date.now() - 3_600_000) });
    expect((await own.sluice('plan', 'mfe1')).stdout).toContain('a controller counted it 60 min ago, and not since.');
    await write({ mfe1: counted({ sessionsPerSecond: null, sessions: 0, failed: 0 }) });
    expect((await own.sluice('plan', 'mfe1')).stdout).toContain('has seen no session of stable lately.');
  });

  it('lists every option that cannot be used, with what can', async () => {
    const bad = await own.sluice('plan', 'nope', '--all', '--plan', 'fast', '--traffic', 'much', '--errors', '101%');
    expect(bad.code).toBe(2);
    expect(bad.stdout).toBe('');
    for (const line of [
      'An app and --all: leave one of them out.',
      'There is no app or group "nope": choose one of shell, mfe1, mfe2, checkout.',
      'There is no plan "fast": choose one of standard, adaptive, quiet.',
      '--traffic "much" is not sessions in a time: write 10 (a second), 600/min or 50000/day, above 0.',
      '--errors "101%" is not a share of failed sessions: write 0.5%, from 0 to below 100.',
    ]) {
      expect(bad.stderr).toContain(line);
    }
    expect((await own.sluice('plan', '--traffic', '0')).code).toBe(2);
    expect((await own.sluice('plan', '--traffic', '-3')).code).toBe(2);
    expect((await own.sluice('plan', '--help')).stdout).toContain(
      '$ sluice plan mfe1 --traffic 50000/day --errors 0.5%',
    );
  });
});

describe('sluice start', () => {
  it('says how long its stages take at the traffic that was counted, and warns where it cannot conclude', async () => {
    const platform = await copyOf(own);
    try {
      await platform.publish('mfe1', 'v1.0.0', 'v1.1.0');
      const first = await platform.sluice('start', 'mfe1', 'v1.0.0');
      expect(first.stdout).not.toContain('sessions');
      const apps = { mfe1: counted({ sessionsPerSecond: 0.005, sessions: 18, failed: 0 }) };
      await platform.write('baselines.json', JSON.stringify({ schema: 1, apps }));
      const { stdout } = await platform.sluice('start', 'mfe1', 'v1.1.0');
      const [, sentence, warning] = stdout.split('\n');
      expect(sentence).toMatch(
        /^At 430 sessions a day and 0\.5 % errors: 5 % 5 d, 25 % .*, 50 % .*, bake .*\. \d+ d in all\.$/,
      );
      expect(warning).toMatch(
        /^! It cannot conclude within the longest duration of 24 h: the stage at 5 % takes 5 d to see its sessions; a person must decide then\. What helps: `--plan quiet`/,
      );
    } finally {
      await platform.remove();
    }
  });

  it('says that the traffic is not known, and that an adaptive plan then begins at 0.01 %', async () => {
    const platform = await copyOf(own);
    try {
      await platform.write('baselines.json', '{ "schema": 1, "apps": {} }');
      await platform.publish('mfe2', 'v1.0.0', 'v1.1.0');
      await platform.sluice('start', 'mfe2', 'v1.0.0');
      const started = await platform.sluice('start', 'mfe2', 'v1.1.0');
      expect(started.stdout).toContain('is on trial with 0.01 % of the users');
      expect(started.stdout).toContain(
        'How long it takes cannot be told: its traffic is not known yet: no controller has counted it.\n' +
          '! An adaptive plan then begins at 0.01 %, and grows when a controller (`sluice serve`) has counted sessions.\n',
      );
      const again = await platform.sluice('start', 'mfe2', 'v1.1.0', '--json');
      expect(again.json()).not.toHaveProperty('expected');
    } finally {
      await platform.remove();
    }
  });
});

describe('sluice init', () => {
  it.each([
    ['2000', 'quiet', 'the sessions that other plans wait for take too long to come'],
    ['10000', 'standard', 'evidence that a canary is safe would take too long'],
    ['100000', 'adaptive', 'with evidence that the canary is safe'],
  ])('recommends for %s sessions a day plan %s, says why, and writes it', async (perDay, plan, why) => {
    const platform = await copyOf(own);
    try {
      await rm(platform.path('sluice.config.ts'));
      const made = await platform.sluice('init', '--remote', 'mfe1', '--sessions-per-day', perDay);
      expect(made).toMatchObject({ code: 0, stderr: '' });
      expect(made.stdout).toContain(`Plan "${plan}": at ${perDay} sessions a day `);
      expect(made.stdout).toContain(why);
      expect(await readFile(platform.path('sluice.config.ts'), 'utf8')).toContain(`  plan: '${plan}',`);
      const { apps } = (await platform.sluice('plan', '--traffic', `${perDay}/day`, '--json')).json() as {
        apps: { plan: string }[];
      };
      expect(apps.map((app) => app.plan)).toEqual([plan]);
      const again = await platform.sluice('init', '--sessions-per-day', '100000');
      expect(again.stdout).toContain("Write `plan: 'adaptive'` into it by hand.");
    } finally {
      await platform.remove();
    }
  });

  it('says without it how to find out, and refuses what is no number of sessions', async () => {
    const platform = await copyOf(own);
    try {
      await rm(platform.path('sluice.config.ts'));
      expect((await platform.sluice('init', '--remote', 'mfe1', '--sessions-per-day', '0')).code).toBe(2);
      const made = await platform.sluice('init', '--remote', 'mfe1');
      expect(made.stdout).toContain(
        'Plan "standard", as your traffic is not known: `sluice init --sessions-per-day N`',
      );
    } finally {
      await platform.remove();
    }
  });
});
