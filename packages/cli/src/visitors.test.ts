import { mkdir, writeFile } from 'node:fs/promises';
import { freePort } from '@sluice/peers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform, firstJson } from './sluice.fixture.mjs';

// From `visitors` in sluice.config to what a stranger is served, and what the doctor says where the two are apart.

const apps = { shell: { kind: 'shell' }, mfe1: { kind: 'remote' } };
const visitors = { consent: 'required', identity: 'coarse' };
let platform: Awaited<ReturnType<typeof aPlatform>>;
let edge = '';
let targets: object;

beforeAll(async () => {
  targets = { local: { edge: { port: await freePort() }, controller: { port: 0, tick: '50ms' } } };
  platform = await aPlatform({ apps, visitors, targets });
  await mkdir(platform.path('builds/shell'), { recursive: true });
  await writeFile(platform.path('builds/shell/index.html'), '<html><head></head><body>shell</body></html>');
  await platform.sluice('publish', 'builds/shell', '--app', 'shell', '--version', 'v1.0.0');
  await platform.sluice('start', 'shell', 'v1.0.0');
  ({ edge } = (await firstJson(platform.start(['serve', '--json']))) as { edge: string });
});
afterAll(async () => {
  await platform.remove();
});

async function findings(): Promise<readonly object[]> {
  const { findings: all } = (await platform.sluice('doctor', '--json')).json() as { findings: { check: string }[] };
  return all.filter(({ check }) => check.endsWith('visitors'));
}

describe('visitors of sluice.config', () => {
  it('F18 are obeyed by `sluice serve`, and told to the page that `sluice publish` writes', async () => {
    const page = await fetch(edge, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.getSetCookie()]).toEqual([200, []]);
    expect(page.headers.get('x-sluice')).toBe('shell@v1.0.0; reason=no-canary');
    expect(await page.text()).toContain(
      '<html data-sluice="{&quot;consent&quot;:&quot;required&quot;,&quot;identity&quot;:&quot;coarse&quot;}">',
    );
    const agreed = await fetch(edge, { headers: { accept: 'text/html', cookie: 'sluice_consent=true' } });
    expect(agreed.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^sluice_id=\d{1,5}; /),
      expect.stringMatching(/^sluice_sig=.*; HttpOnly$/),
    ]);
  });

  it('F18 the doctor finds pages and edge in line, and says which of them is not', async () => {
    expect(await findings()).toMatchObject([
      { ok: true, text: expect.stringContaining("consent: 'required', identity: 'coarse'") as string },
      { ok: true, text: expect.stringContaining('goes by the configuration') as string },
    ]);
    await platform.configure({ apps, targets });
    expect(await findings()).toMatchObject([
      { code: 'visitors-apart', details: ["shell v1.0.0: its page says consent: 'required', identity: 'coarse'."] },
      {
        code: 'visitors-apart',
        text: expect.stringContaining('says of visitors neither consent nor coarse ids') as string,
      },
    ]);
    expect((await platform.sluice('doctor')).code).toBe(7);
    await platform.configure({ apps, visitors: { consent: 'required' }, targets });
    await platform.sluice('publish', 'builds/shell', '--app', 'shell', '--version', 'v1.1.0');
    await platform.sluice('start', 'shell', 'v1.1.0');
    expect(await findings()).toMatchObject([
      { ok: false, details: ["shell v1.0.0: its page says consent: 'required', identity: 'coarse'."] },
      { ok: false, text: expect.stringMatching(/visitors consent: 'required', and .* identity: 'coarse'/) as string },
    ]);
    await platform.configure({ apps, visitors, targets });
  });

  it('F18 a version that is published again has the words of the configuration, and so other bytes', async () => {
    await platform.configure({ apps, targets });
    const again = await platform.sluice('publish', 'builds/shell', '--app', 'shell', '--version', 'v1.0.0', '--json');
    expect(again.json()).toMatchObject({ error: { code: 'version-exists' } });
    await platform.configure({ apps, visitors, targets });
  });

  it('are refused with every problem where they are written wrong', async () => {
    await platform.configure({ apps, visitors: { consent: 'optional', identity: 'device' }, targets });
    const answer = await platform.sluice('status');
    expect(answer.stderr).toContain('visitors.consent');
    expect(answer.stderr).toContain("Use 'coarse', or leave it out.");
    await platform.configure({ apps, visitors, targets });
  });
});
