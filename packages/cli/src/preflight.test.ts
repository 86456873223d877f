import { freePort } from '@sluice/peers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform, firstJson } from './sluice.fixture.mjs';

let platform: Awaited<ReturnType<typeof aPlatform>>;

beforeAll(async () => {
  platform = await aPlatform();
  await platform.publish('mfe1', 'v1.0.0', 'v1.1.0');
  const built = await platform.build('mfe1-v1.2.0');
  const name = `${built}/mf-manifest.json`;
  const { readFile, writeFile } = await import('node:fs/promises');
  const exposing = { ...(JSON.parse(await readFile(name, 'utf8')) as object), exposes: [{ name: 'App' }] };
  await writeFile(name, JSON.stringify(exposing));
  await platform.sluice('publish', built, '--app', 'mfe1', '--version', 'v1.2.0');
  await platform.sluice('start', 'mfe1', 'v1.2.0');
});
afterAll(async () => {
  await platform.remove();
});

describe('sluice preflight', () => {
  it('exits 7 and lists every problem with place and remedy', async () => {
    const answer = await platform.sluice('preflight', 'mfe1', 'v1.1.0');
    expect([answer.code, answer.stderr]).toEqual([7, '']);
    expect(answer.stdout).toContain('exposes   exposes App');
    expect(answer.stdout).toContain('Expose it again');
    expect(answer.stdout).toContain('compared with mfe1 v1.2.0 (stable)');
  });

  it('exits 0 where nothing speaks against it, and answers in JSON', async () => {
    const answer = await platform.sluice('preflight', 'mfe1', 'v1.2.0', '--json');
    expect([answer.code, answer.json().ok, answer.json().problems]).toEqual([0, true, []]);
  });

  it.each([
    ['v9.9.9', 7, 'version-not-found'],
    ['pr-1-abcd', 2, 'version-name-invalid'],
  ])('refuses %s', async (version, code, error) => {
    const answer = await platform.sluice('preflight', 'mfe1', version, '--json');
    expect([answer.code, answer.json().error.code]).toEqual([code, error]);
  });

  it('reads every file through the edge that is running', async () => {
    const port = await freePort();
    const apps = { mfe1: { kind: 'remote' }, mfe2: { kind: 'remote' } };
    await platform.configure({ apps, targets: { local: { edge: { port }, controller: { port: 0 } } } });
    const child = platform.start(['serve', '--only', 'edge', '--json']);
    await firstJson(child);
    const sound = (await platform.sluice('preflight', 'mfe1', 'v1.2.0', '--json')).json();
    expect([sound.ok, sound.notes.filter(({ check }: { check: string }) => check === 'served')]).toEqual([true, []]);
    child.kill('SIGTERM');
    await platform.configure({});
  });
});

describe('sluice start', () => {
  it('refuses what preflight refuses, and changes nothing', async () => {
    const before = await platform.content();
    const answer = await platform.sluice('start', 'mfe1', 'v1.1.0', '--json');
    expect([answer.code, answer.json().error.code]).toEqual([7, 'preflight-failed']);
    expect(await platform.content()).toEqual(before);
  });

  it('needs a reason to do it all the same', async () => {
    const answer = await platform.sluice('start', 'mfe1', 'v1.1.0', '--force', '--json');
    expect([answer.code, answer.json().error.message]).toEqual([2, 'Overriding a rule needs a reason.']);
  });

  it('G4 does it with --force, and the reason is in the history', async () => {
    const answer = await platform.sluice('start', 'mfe1', 'v1.1.0', '--force', '--reason', 'nobody loads App');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    const [entry] = (await platform.sluice('history', 'mfe1', '--json')).json().entries;
    expect(entry).toMatchObject({ kind: 'started', why: 'nobody loads App', overrides: ['preflight'] });
  });
});
