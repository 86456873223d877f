import { chmod, chown, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bucketOf, grantToken, signSubject } from '@sluice/core';
import { createFileSigner, openKeys, rotateKeys } from '@sluice/local';
import { describeWith, nginx } from '@sluice/peers';
import { createMetricsHandler, createRateLimit } from '@sluice/telemetry';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runNginx, type RunningNginx } from './run-nginx.js';
import { smallStore, type SmallStore } from './small-store.js';

const now = (): number => Date.now();
const nowS = (): number => Math.floor(now() / 1000);

describeWith([nginx], 'nginx that signs visitors', () => {
  let store: SmallStore;
  let folder = '';
  let keys = '';
  let edge: RunningNginx;
  beforeAll(async () => {
    store = await smallStore();
    folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
    keys = join(folder, 'keys.json');
    edge = await runNginx({ files: { kind: 'folder', root: store.root }, keys });
  });
  afterAll(async () => {
    await edge.stop();
    await store.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await openKeys({ path: keys, now });
  });
  afterEach(() => rm(keys, { force: true }));

  const html = { accept: 'text/html' };
  const cookiesOf = async (path: string, cookie = '', from = edge): Promise<readonly string[]> => {
    const response = await fetch(`${from.url}${path}`, { headers: { ...html, cookie } });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    return response.headers.getSetCookie();
  };
  /** What a browser keeps of them. */
  const kept = (cookies: readonly string[]): string => cookies.map((text) => text.split(';')[0] ?? '').join('; ');
  const names = (cookies: readonly string[]): readonly string[] => cookies.map((text) => text.split('=')[0] ?? '');
  const told = (): number => edge.said().split('nobody is signed').length - 1;

  /** What ingestion with these keys says of a beacon of a page with these cookies. */
  const ingested = async (cookieHeader: string): Promise<number> => {
    const signer = await createFileSigner({ path: keys, now });
    const handle = createMetricsHandler({
      telemetry: { ingest: () => ({ counted: 1, uncounted: [] }) },
      limit: createRateLimit({ perClient: 100, total: 100 }),
      apps: ['mfe1'],
      signer,
    });
    const event = { kind: 'attempt', app: 'mfe1', version: 'v1.0.0', generation: 1, reason: 'bucket', ageMs: 0 };
    const text = JSON.stringify({ schema: 1, page: 'page-0001', versions: {}, events: [event] });
    return handle({ text, cookieHeader, address: '203.0.113.7', fetchSite: 'same-origin', nowMs: now() }).status;
  };

  it('F24 signs the id that it gives, in a cookie that no script can read, and ingestion takes it', async () => {
    const cookies = await cookiesOf('/orders/17');
    expect(cookies).toEqual([
      expect.stringMatching(/^sluice_id=[0-9a-f]{32}; Path=\/; Max-Age=31536000; SameSite=Lax$/),
      expect.stringMatching(/^sluice_sig=[a-z0-9]+\.\d+\.[\w-]{43}; Path=\/; Max-Age=2592000; SameSite=Lax; HttpOnly$/),
    ]);
    expect(await ingested(kept(cookies))).toBe(204);
    expect(await cookiesOf('/', kept(cookies))).toEqual([]);
  });

  it('F24 signs an id that nobody signed as it is, and no file but a page', async () => {
    const cookies = await cookiesOf('/', 'sluice_id=known');
    expect(names(cookies)).toEqual(['sluice_sig']);
    expect(await ingested(`sluice_id=known; ${kept(cookies)}`)).toBe(204);
    expect(await cookiesOf('/mfe1/v1.0.0/app.js', 'sluice_id=known')).toEqual([]);
    expect(names(await cookiesOf('/mfe1/app.js', 'sluice_id=known'))).not.toContain('sluice_sig');
  });

  it.each([
    ['the signature of another id', (sig: string) => `sluice_id=other; ${sig}`],
    ['a signature with another end', (sig: string) => `sluice_id=known; ${sig.replace(/\.(\d)/, '.9$1')}`],
    [
      'a signature with a changed letter',
      (sig: string) => `sluice_id=known; ${sig.slice(0, -1)}${sig.endsWith('A') ? 'E' : 'A'}`,
    ],
    ['a signature by a key that is not here', (sig: string) => `sluice_id=known; ${sig.replace(/=[a-z0-9]+/, '=k1')}`],
    ['garbage', () => 'sluice_id=known; sluice_sig=garbage'],
  ])('F24 takes %s for none: ingestion refuses it, and a page comes with a new one', async (_, forge) => {
    const forged = forge(kept(await cookiesOf('/', 'sluice_id=known')));
    expect(await ingested(forged)).toBe(403);
    const [renewed = ''] = await cookiesOf('/', forged);
    expect(await ingested(`${forged.split(';')[0] ?? ''}; ${kept([renewed])}`)).toBe(204);
  });

  it('F24 decides by the id that is signed, also where a neighbour domain has put another before it', async () => {
    await store.point('shell', { canaryVersion: 'v1.1.0', canaryPercent: 50, salt: 'salt' });
    const idIn = (isCanary: boolean): string => {
      for (let i = 0; ; i += 1) if (bucketOf('salt', `id${String(i)}`) < 5000 === isCanary) return `id${String(i)}`;
    };
    const signer = await createFileSigner({ path: keys, now });
    const signed = `sluice_id=${idIn(true)}; sluice_sig=${signSubject(signer, idIn(true), nowS()) ?? ''}`;
    const cookie = `sluice_id=${idIn(false)}; sluice_sig=garbage; ${signed}`;
    const response = await fetch(`${edge.url}/`, { headers: { ...html, cookie } });
    expect(response.headers.get('x-sluice')).toBe('shell@v1.1.0; reason=bucket');
    expect(response.headers.getSetCookie()).toEqual([]);
    await response.arrayBuffer();
    await store.point('shell', {});
  });

  it('F24 signs by a new key at once, believes the last two before it, and signs what they signed anew', async () => {
    const before = `sluice_id=known; ${kept(await cookiesOf('/', 'sluice_id=known'))}`;
    await rotateKeys({ path: keys, now });
    const [key] = await openKeys({ path: keys, now });
    expect(await ingested(before)).toBe(204);
    const [renewed = ''] = await cookiesOf('/', before);
    expect(renewed).toContain(`sluice_sig=${key?.id ?? ''}.`);
    const after = `sluice_id=known; ${kept([renewed])}`;
    expect(await cookiesOf('/', after)).toEqual([]);
    for (let i = 0; i < 3; i += 1) await rotateKeys({ path: keys, now });
    expect(await ingested(after)).toBe(403);
  });

  describe('without keys that it may use', () => {
    it.each([
      ['are not there', () => rm(keys)],
      ['can be read by others', () => chmod(keys, 0o644)],
      ['can be changed by a group', () => chmod(keys, 0o660)],
      ['are of another look', () => writeFile(keys, '{"schema":1,"keys":[{"id":"../x","secret":"s"}]}')],
      ['are garbled', () => writeFile(keys, '{')],
      ['are none', () => writeFile(keys, '{"schema":1,"keys":[]}')],
    ])('F24 serves pages unsigned where they %s, and says so in its log, once', async (_, spoil) => {
      await spoil();
      const before = told();
      for (let i = 0; i < 5; i += 1) expect(names(await cookiesOf('/'))).toEqual(['sluice_id']);
      await expect.poll(told).toBe(before + 1);
      expect(edge.said()).toContain(keys);
      expect(edge.said()).not.toMatch(/secret/);
    });

    it('F6 opens no link, and says so', async () => {
      const signer = await createFileSigner({ path: keys, now });
      const link = `${edge.url}/?sluice_audience=${grantToken(signer, { kind: 'audience', audience: 'staff' }, nowS() + 60) ?? ''}`;
      expect((await fetch(link, { headers: html, redirect: 'manual' })).status).toBe(303);
      await rm(keys);
      const refused = await fetch(link, { headers: html, redirect: 'manual' });
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('has no keys')]);
    });

    it('F24 signs again as soon as they are there', async () => {
      await rename(keys, `${keys}.away`);
      expect(names(await cookiesOf('/'))).toEqual(['sluice_id']);
      await rename(`${keys}.away`, keys);
      expect(names(await cookiesOf('/'))).toEqual(['sluice_id', 'sluice_sig']);
    });
  });

  it.skipIf(process.getuid?.() !== 0)('F24 signs as another user by keys that its group may read', async () => {
    const nobody = 65_534;
    await chmod(folder, 0o711);
    await chmod(dirname(store.root), 0o755);
    const other = await runNginx({ files: { kind: 'folder', root: store.root }, keys, user: 'nobody nogroup' });
    try {
      expect(names(await cookiesOf('/', '', other))).toEqual(['sluice_id']);
      await expect.poll(other.said).toMatch(/nobody is signed.*cannot be read/);
      await chown(keys, 0, nobody);
      await chmod(keys, 0o640);
      await rotateKeys({ path: keys, now });
      expect((await stat(keys)).gid).toBe(nobody);
      expect(names(await cookiesOf('/', '', other))).toEqual(['sluice_id', 'sluice_sig']);
    } finally {
      await other.stop();
    }
  });
});
