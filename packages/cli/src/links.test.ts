import { chmod, readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform, firstJson } from './sluice.fixture.mjs';

let platform: Awaited<ReturnType<typeof aPlatform>>;
let edge = '';

beforeAll(async () => {
  platform = await aPlatform({ apps: { shell: { kind: 'shell' }, mfe1: { kind: 'remote' } } });
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(platform.path('builds/shell'), { recursive: true });
  await writeFile(platform.path('builds/shell/index.html'), '<html><head></head><body>shell</body></html>');
  await platform.sluice('publish', 'builds/shell', '--app', 'shell', '--version', 'v1.0.0');
  await platform.publish('mfe1', 'v1.0.0', 'pr-12-abcd');
  await platform.sluice('start', 'shell', 'v1.0.0');
  await platform.sluice('start', 'mfe1', 'v1.0.0');
  ({ edge } = (await firstJson(platform.start(['serve', '--json']))) as { edge: string });
});
afterAll(async () => {
  await platform.remove();
});

const html = { accept: 'text/html' };

describe('sluice preview', () => {
  it('F6 prints a link that the running edge opens, and no other', async () => {
    const answer = await platform.sluice(
      'preview',
      'mfe1',
      'pr-12-abcd',
      '--origin',
      edge,
      '--path',
      '/orders',
      '--json',
    );
    const { link, until, ends } = answer.json() as { link: string; until: string; ends: string };
    expect(answer.code).toBe(0);
    expect(link).toContain(`${edge}/orders?sluice_preview=mfe1:pr-12-abcd:`);
    expect(Date.parse(until)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    const opened = await fetch(link, { redirect: 'manual', headers: html });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/orders']);
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await fetch(`${edge}/mfe1/pr-12-abcd/remoteEntry.js`, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(`${edge}/mfe1/pr-12-abcd/remoteEntry.js`)).status).toBe(403);
    const refused = await fetch(link.replace('mfe1:', 'shell:'), { redirect: 'manual', headers: html });
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('opens nothing')]);
    expect(
      (await fetch(ends, { redirect: 'manual', headers: { ...html, cookie } })).headers.get('set-cookie'),
    ).toContain('Max-Age=0');
  });

  it.each([
    [['mfe1', 'pr-99-abcd'], 7, 'version-not-found'],
    [['mfe1', '../v1.0.0'], 7, 'version-not-found'],
    [['mfe9', 'v1.0.0'], 2, 'app-unknown'],
    [['mfe1', 'v1.0.0', '--for', 'ever'], 2, 'usage'],
    [['mfe1', 'v1.0.0', '--for', '500d'], 2, 'usage'],
    [['mfe1', 'v1.0.0', '--path', '//evil.example'], 2, 'usage'],
    [['mfe1', 'v1.0.0', '--origin', 'javascript:alert(1)'], 2, 'usage'],
  ])('refuses %j', async (args, code, error) => {
    const answer = await platform.sluice('preview', ...args, '--json');
    expect([answer.code, answer.json().error.code]).toEqual([code, error]);
  });

  it('is no way to start a preview', async () => {
    expect((await platform.sluice('start', 'mfe1', 'pr-12-abcd', '--json')).json().error.code).toBe(
      'version-name-invalid',
    );
  });
});

describe('sluice audience', () => {
  it('prints a link that puts its visitor into an audience', async () => {
    const answer = await platform.sluice('audience', 'staff', '--origin', edge);
    const opened = await fetch(answer.stdout.split('\n')[0] ?? '', { redirect: 'manual', headers: html });
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(cookie).toMatch(/^sluice_audience_staff=staff:/);
    expect((await fetch(edge, { headers: { ...html, cookie } })).headers.get('server-timing')).toBe(
      'sluice;desc="staff"',
    );
  });

  it('refuses what cannot be a name', async () => {
    expect((await platform.sluice('audience', 'Staff!', '--json')).json().error.code).toBe('usage');
  });
});

describe('sluice keys', () => {
  const file = () => platform.path('.sluice/keys.json');

  it('says which there are and never what they are; a new one leaves links valid', async () => {
    const { link } = (await platform.sluice('preview', 'mfe1', 'v1.0.0', '--origin', edge, '--json')).json() as {
      link: string;
    };
    const before = (await platform.sluice('keys', '--json')).json().keys;
    const after = await platform.sluice('keys', 'rotate');
    expect(before).toHaveLength(1);
    expect(after.stdout).toMatch(/signs\n.*verifies only/);
    for (const { secret } of JSON.parse(await readFile(file(), 'utf8')).keys)
      expect(after.stdout).not.toContain(secret);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await fetch(link, { redirect: 'manual', headers: html })).status).toBe(303);
  });

  it('are never in the store, nor served', async () => {
    expect(Object.keys(await platform.content()).filter((name) => name.includes('keys'))).toEqual([]);
    expect((await fetch(`${edge}/keys.json`)).status).toBe(404);
    await platform.configure({ targets: { local: { keys: '.sluice/store/keys.json' } } });
    const answer = await platform.sluice('status', '--json');
    expect([answer.code, answer.json().error.code, answer.json().error.message]).toEqual([
      2,
      'config-invalid',
      expect.stringContaining('what is in the store is served'),
    ]);
    await platform.configure({ apps: { shell: { kind: 'shell' }, mfe1: { kind: 'remote' } } });
  });

  it('that others can read are used for nothing', async () => {
    await chmod(file(), 0o640);
    expect((await platform.sluice('preview', 'mfe1', 'v1.0.0', '--json')).json().error.code).toBe('keys-unsafe');
    const { findings } = (await platform.sluice('doctor', '--json')).json();
    expect(findings.find(({ check }: { check: string }) => check === 'keys')).toMatchObject({
      ok: false,
      code: 'keys-unsafe',
    });
    await chmod(file(), 0o600);
  });
});
