import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform, copyOf } from './sluice.fixture.mjs';

// Groups, queues, freezes and house-keeping, as a person types them.

type Platform = Awaited<ReturnType<typeof aPlatform>>;

let template: Platform;
let own: Platform;
const quick = { stages: [{ percent: 5, soak: '1m' }] };
beforeAll(async () => {
  template = await aPlatform({ plans: { quick }, plan: 'quick', groups: { pair: ['mfe1', 'mfe2'] } });
  for (const app of ['mfe1', 'mfe2']) {
    await template.publish(app, 'v1.0.0', 'v1.1.0', 'v1.2.0');
    const first = await template.sluice('start', app, 'v1.0.0');
    if (first.code !== 0) throw new Error(first.stderr);
  }
});
afterEach(async () => own.remove());
afterAll(async () => template.remove());

async function ok(...args: readonly string[]): Promise<Record<string, unknown>> {
  const answer = await own.sluice(...args, '--json');
  expect([answer.code, answer.stderr]).toEqual([0, '']);
  return answer.json() as Record<string, unknown>;
}

const pointer = async (app: string): Promise<Record<string, unknown>> =>
  JSON.parse(await own.text(`${app}/active-version.json`)) as Record<string, unknown>;

describe('groups', () => {
  it('C9 start, advance and roll back together, by the name of the group or of a member', async () => {
    own = await copyOf(template);
    await ok('start', 'pair', 'mfe1@v1.1.0', 'mfe2@v1.1.0');
    for (const app of ['mfe1', 'mfe2']) expect(await pointer(app)).toMatchObject({ canaryPercent: 5, group: 'pair' });
    expect((await own.sluice('status', 'pair')).stdout).toContain('mfe2 remote in pair v1.0.0 → v1.1.0');
    await ok('advance', 'pair');
    for (const app of ['mfe1', 'mfe2']) expect(await pointer(app)).toMatchObject({ canaryPercent: 100 });
    await ok('rollback', 'mfe2', '--reason', 'checkout fails');
    for (const app of ['mfe1', 'mfe2'])
      expect(await pointer(app)).toMatchObject({ blocked: ['v1.1.0'], canaryPercent: 0 });
  });

  it('says what to type where members or versions are missing', async () => {
    own = await copyOf(template);
    const one = await own.sluice('start', 'pair', 'mfe1@v1.1.0');
    expect([one.code, one.stderr]).toEqual([2, expect.stringContaining('sluice start pair mfe1@v1.1.0 mfe2@v2.0.0')]);
    const bare = await own.sluice('start', 'pair', 'v1.1.0', 'v1.2.0');
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('app@version')]);
    const two = await own.sluice('start', 'mfe1', 'v1.1.0', 'v1.2.0');
    expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('a group of sluice.config')]);
  });
});

describe('what is on trial already', () => {
  it('C2 a second version waits and is shown; C1 --hotfix takes the place; C3 is refused with exit 6', async () => {
    own = await copyOf(template);
    await ok('start', 'mfe1', 'v1.1.0');
    expect((await own.sluice('start', 'mfe1', 'v1.2.0')).stdout).toContain('v1.2.0 waits until v1.1.0 has ended');
    expect((await own.sluice('status', 'mfe1')).stdout).toMatch(/queued\s+v1\.2\.0, by /);
    expect((await own.sluice('start', 'mfe1', 'v1.2.0', '--if-running', 'reject')).code).toBe(6);
    await ok('start', 'mfe1', 'v1.2.0', '--hotfix', '--same-users');
    expect(await pointer('mfe1')).toMatchObject({ canaryVersion: 'v1.2.0', salt: 'mfe1@v1.1.0' });
    await ok('abort', 'mfe1');
    await ok('retry', 'mfe1', '--reason', 'the backend was down');
    expect(await pointer('mfe1')).toMatchObject({ canaryVersion: 'v1.2.0', canaryPercent: 5 });
  });
});

describe('policies', () => {
  it('G1 a freeze refuses with exit 7 and names the override; an override needs a reason', async () => {
    own = await copyOf(template);
    const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z', reason: 'for ever' }];
    await own.configure({ plans: { quick }, plan: 'quick', freeze });
    const refused = await own.sluice('start', 'mfe1', 'v1.1.0');
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain('A freeze: for ever.');
    expect(refused.stderr).toContain('--override freeze');
    expect((await own.sluice('start', 'mfe1', 'v1.1.0', '--override', 'freeze')).code).toBe(2);
    expect((await own.sluice('start', 'mfe1', 'v1.1.0', '--override', 'frost', '--reason', 'x')).stderr).toContain(
      'freeze, stopped, limit, weight-cap, alarm',
    );
    await ok('start', 'mfe1', 'v1.1.0', '--override', 'freeze', '--reason', 'payments fail');
    const { entries } = await ok('history', 'mfe1');
    expect((entries as object[])[0]).toMatchObject({ overrides: ['freeze'], why: 'payments fail' });
  });

  it('G3 pause --all stops every app, resume --all releases them; changes tells both', async () => {
    own = await copyOf(template);
    await ok('pause', '--all', '--reason', 'checkout is down');
    expect((await own.sluice('start', 'mfe1', 'v1.1.0')).stderr).toContain('stopped all apps: checkout is down');
    expect((await own.sluice('pause')).code).toBe(2);
    expect((await own.sluice('pause', 'mfe1', '--all')).code).toBe(2);
    await ok('resume', '--all');
    await ok('start', 'mfe1', 'v1.1.0');
    const changes = (await own.sluice('changes', '--since', '1h')).stdout;
    expect(changes).toMatch(/mfe1 v1\.1\.0 {2}started 5 %/);
    expect(changes).toMatch(/all apps {2}stopped {2}by .*: checkout is down/);
    expect((await own.sluice('changes', '--since', 'yesterday')).code).toBe(2);
  });

  it('G9 an invalid configuration shows in status, with every problem', async () => {
    own = await copyOf(template);
    await own.configure({ groups: { mfe1: ['mfe1'] }, limits: { maxConcurrent: 0 }, notify: [{ kind: 'webhook' }] });
    const answer = await own.sluice('status');
    expect(answer.code).toBe(2);
    for (const place of ['groups.mfe1', 'limits.maxConcurrent', 'notify.0.url', 'notify.0.secretFrom']) {
      expect(answer.stderr).toContain(place);
    }
  });
});

describe('sluice gc and publish', () => {
  it('gc refuses while telemetry has not said what pages have, and removes nothing without --yes', async () => {
    own = await copyOf(template);
    const before = await own.content();
    const unsure = await own.sluice('gc', 'mfe1');
    expect([unsure.code, unsure.stderr]).toEqual([7, expect.stringContaining('--ignore-seen')]);
    const dry = await own.sluice('gc', 'mfe1', '--keep', '1', '--ignore-seen');
    expect(dry.stdout).toContain('mfe1: would remove v1.1.0');
    expect(dry.stdout).toContain('keeps v1.0.0: it is stable');
    expect(await own.content()).toEqual(before);
    const { apps } = await ok('gc', 'mfe1', '--keep', '1', '--ignore-seen', '--yes');
    expect(apps).toMatchObject([{ remove: ['v1.1.0'] }]);
    expect(Object.keys(await own.content()).some((key) => key.startsWith('mfe1/v1.1.0'))).toBe(false);
  });

  it('C10 a version says which version of another app it needs, and is refused without it', async () => {
    own = await copyOf(template);
    const dir = await own.build('needy');
    const wrong = await own.sluice('publish', dir, '--app', 'mfe1', '--version', 'v2.0.0', '--needs', 'shell');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--needs shell@^2.0.0')]);
    await ok('publish', dir, '--app', 'mfe1', '--version', 'v2.0.0', '--needs', 'mfe2@^2.0.0', '--no-rollback-safe');
    expect(JSON.parse(await own.text('mfe1/v2.0.0/version.json'))).toMatchObject({
      needs: { mfe2: '^2.0.0' },
      rollbackSafe: false,
    });
    const refused = await own.sluice('start', 'mfe1', 'v2.0.0');
    expect([refused.code, refused.stderr]).toEqual([
      7,
      expect.stringContaining('needs mfe2 ^2.0.0, but v1.0.0 is there'),
    ]);
  });
});
