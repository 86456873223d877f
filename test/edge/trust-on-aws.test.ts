import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CloudFrontClient, CreateKeyValueStoreCommand } from '@aws-sdk/client-cloudfront';
import {
  describeWith,
  ministack,
  moto,
  peerCredentials,
  startFaultyProxy,
  type FaultyProxy,
  type RunningPeer,
  type SeenRequest,
} from '@sluice/peers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { aPlatform, finished, firstJson } from '../../packages/cli/src/sluice.fixture.mjs';
import { njs } from '../../scripts/conformance/bundle-engines.js';
import { answered, handle, request, type Request, type Response } from './cloudfront.js';

// From `sluice keys rotate` to the beacon: the store is moto's, the key-value store MiniStack's, the page's cookies come of
// the function as it is deployed, run by njs.

const fail = (what: string): never => {
  throw new Error(`the test is wrong: ${what}`);
};
const env = {
  AWS_ACCESS_KEY_ID: peerCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: peerCredentials.secretAccessKey,
};
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly text: string;
  readonly remedy?: string;
}

describeWith([moto, ministack, njs], 'trust on AWS', () => {
  const peers: RunningPeer[] = [];
  let endpoint = '';
  let proxy: FaultyProxy;
  let arn = '';
  let stores = 0;
  let site: Server;
  let own: Awaited<ReturnType<typeof aPlatform>>;
  let target: Record<string, unknown>;
  beforeAll(async () => {
    const [s3, edge] = await Promise.all([moto.start(), ministack.start()]);
    peers.push(s3, edge);
    endpoint = edge.url;
    proxy = await startFaultyProxy(endpoint);
    await fetch(`${s3.url}/sluice-trust`, { method: 'PUT' });
  });
  afterAll(async () => {
    await proxy?.stop();
    for (const peer of peers) await peer.stop();
  });
  beforeEach(async () => {
    proxy.decide = () => 'pass';
    stores += 1;
    const client = new CloudFrontClient({ region: 'us-east-1', endpoint, credentials: peerCredentials });
    const made = await client.send(new CreateKeyValueStoreCommand({ Name: `trust-${String(stores)}` }));
    arn = made.KeyValueStore?.ARN ?? fail('no ARN');
    site = createServer((_request, response) => {
      void cookies().then((cookie) => {
        response.setHeader(
          'set-cookie',
          cookie.split('; ').map((pair) => `${pair}; Path=/`),
        );
        response.end();
      });
    });
    await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
    target = {
      kind: 'aws',
      region: 'us-east-1',
      store: `s3://sluice-trust/${String(stores)}`,
      endpoint: peers[0]?.url,
      keyValueStore: { arn, endpoint: proxy.url },
      keys: '.sluice/production/keys.json',
      controller: { port: 0, tick: '50ms' },
    };
    own = await aPlatform({ targets: { local: {}, production: target } });
    await sluice('init');
    await sluice('publish', await own.build('v1.0.0'), '--app', 'mfe1', '--version', 'v1.0.0');
    await sluice('start', 'mfe1', 'v1.0.0');
    // It has pages, and no files: whoever starts a version would find none of it there.
    target = { ...target, site: `http://127.0.0.1:${String((site.address() as AddressInfo).port)}` };
    await own.configure({ targets: { local: {}, production: target } });
  });
  afterEach(async () => {
    await own.remove();
    await new Promise((done) => site.close(done));
  });

  const typed = (...args: readonly string[]) => own.sluiceWith(env, ...args, '--target', 'production');
  async function sluice(...args: readonly string[]) {
    const answer = await typed(...args, '--json');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    return answer.json() as { keys: { id: string }[]; edge: { state: string; keys: string[] } };
  }
  const findings = async (...checks: readonly string[]): Promise<readonly Finding[]> => {
    const all = ((await typed('doctor', '--json')).json() as { findings: readonly Finding[] }).findings;
    return all.filter(({ check }) => checks.includes(check));
  };
  const file = () => own.path('.sluice/production/keys.json');
  async function stored(): Promise<string | undefined> {
    const answer = await fetch(`${endpoint}/key-value-stores/${encodeURIComponent(arn)}/keys/sluice`);
    return answer.ok ? ((await answer.json()) as { readonly Value: string }).Value : undefined;
  }
  /** What a new visitor's browser keeps of a page, by the keys that are in the key-value store now. */
  async function cookies(): Promise<string> {
    const set = Object.entries((await respond(request('/'))).cookies ?? {});
    return set.map(([name, cookie]) => `${name}=${cookie.value}`).join('; ');
  }
  async function respond(of: Request): Promise<Response> {
    const value = await stored();
    const [page = fail('no page')] = await handle(njs, value === undefined ? {} : { sluice: value }, [answered(of)]);
    return page.result as Response;
  }
  function open(link: string): Promise<Response> {
    const { pathname, searchParams } = new URL(link);
    const querystring = Object.fromEntries([...searchParams].map(([name, value]) => [name, { value }]));
    return respond(request(pathname, { querystring }));
  }
  /** A running controller, and what it answers to a visitor's beacon. */
  async function serving() {
    const child = own.start(['serve', '--target', 'production', '--json'], env);
    let said = '';
    child.stderr?.on('data', (part: Buffer) => (said += part.toString()));
    const { controller } = (await firstJson(child)) as { controller: string };
    const event = { kind: 'attempt', app: 'mfe1', version: 'v1.0.0', generation: 1, reason: 'no-canary', ageMs: 0 };
    const beacon = async (cookie: string): Promise<number> => {
      const body = JSON.stringify({ schema: 1, page: 'page-00000001', versions: { mfe1: 'v1.0.0' }, events: [event] });
      const headers = { cookie, 'sec-fetch-site': 'same-origin' };
      return (await fetch(`${controller}/api/metrics`, { method: 'POST', headers, body })).status;
    };
    const refused = async () => {
      const counts = (await (await fetch(`${controller}/api/telemetry`)).json()) as {
        refused: Record<string, number>;
      };
      return counts.refused['unsigned'] ?? 0;
    };
    const stop = async () => {
      child.kill('SIGTERM');
      await finished(child);
    };
    return { beacon, refused, stop, said: () => said };
  }
  const until = async (wanted: () => boolean | Promise<boolean>): Promise<void> => {
    await expect.poll(wanted, { interval: 100 }).toBe(true);
  };

  it('F24 serve brings the first key to CloudFront; what is signed by it is counted, and nothing else', async () => {
    const running = await serving();
    await until(async () => (await stored()) !== undefined);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await until(() => running.said().includes('CloudFront had no keys'));
    const signed = await cookies();
    expect(signed).toMatch(/^sluice_id=.+; sluice_sig=[\da-f]{8}\..+/);
    expect(await running.beacon(signed)).toBe(204);
    const [id = '', signature = ''] = signed.split('; ');
    for (const forged of [
      id,
      `sluice_id=chosen; ${signature}`,
      `${id}; ${signature.slice(0, -43)}${'A'.repeat(43)}`,
      `sluice_id=visitor1; sluice_sig=0a0b0c0d.99999999999.${'A'.repeat(43)}`,
    ])
      expect(await running.beacon(forged)).toBe(403);
    expect(await running.refused()).toBe(4);
    await running.stop();
    expect(await findings('keys', 'edge keys', 'signatures')).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  });

  it('F24 rotate: the file first, then CloudFront; pages of the last two keys are still believed', async () => {
    const running = await serving();
    await until(async () => (await stored()) !== undefined);
    const pages = [await cookies()];
    for (let i = 0; i < 3; i += 1) {
      const { keys, edge } = await sluice('keys', 'rotate');
      expect(edge).toEqual({ state: 'same', keys: keys.map(({ id }) => id) });
      pages.unshift(await cookies());
      expect(pages[0]).toContain(`sluice_sig=${keys[0]?.id ?? ''}.`);
    }
    await until(async () => (await running.beacon(pages[3] ?? '')) === 403);
    expect(await Promise.all(pages.slice(0, 3).map(running.beacon))).toEqual([204, 204, 204]);
    await running.stop();
    const said = await typed('keys');
    expect(said.stdout).toContain('CloudFront has the same.');
    const { keys } = JSON.parse(await readFile(file(), 'utf8')) as { keys: { secret: string }[] };
    for (const { secret } of keys) expect(said.stdout + running.said()).not.toContain(secret);
  });

  it('a rotation that was killed before CloudFront got its key is told, and done by push or by serve', async () => {
    await sluice('keys', 'push');
    for (const cure of ['push', 'serve']) {
      const before = await stored();
      const keysBefore = await readFile(file(), 'utf8');
      const child = own.start(['keys', 'rotate', '--target', 'production'], env);
      await until(async () => (await readFile(file(), 'utf8')) !== keysBefore);
      child.kill('SIGKILL');
      await finished(child);
      expect(await stored()).toBe(before);
      expect((await typed('keys')).stdout).toContain('signs by an older one');
      const [finding] = await findings('edge keys');
      expect(finding).toMatchObject({ ok: false, remedy: expect.stringContaining('sluice keys push') as string });
      if (cure === 'push') await sluice('keys', 'push');
      else {
        const running = await serving();
        await until(async () => (await stored()) !== before);
        await running.stop();
      }
      expect(await findings('edge keys')).toMatchObject([{ ok: true }]);
    }
  });

  it('E15 without the permission to write, rotate says how far it is, serve that nobody is signed, and both go on later', async () => {
    const isWrite = ({ method, url }: SeenRequest): boolean => method === 'POST' && url.includes('/keys');
    proxy.decide = (seen) => (isWrite(seen) ? { kind: 'refused', status: 403, code: 'AccessDeniedException' } : 'pass');
    const rotated = await typed('keys', 'rotate');
    expect([rotated.code, rotated.stderr]).toEqual([8, expect.stringContaining('The file has the new key')]);
    expect(rotated.stderr).toContain('sluice keys push --target production');
    const running = await serving();
    await until(() => running.said().includes('every beacon is refused as unsigned'));
    expect(await stored()).toBeUndefined();
    proxy.decide = () => 'pass';
    await until(async () => (await stored()) !== undefined);
    expect(await running.beacon(await cookies())).toBe(204);
    await running.stop();
  });

  it('keys of another file are not written over, and everybody says so', async () => {
    await sluice('keys', 'push');
    const before = await stored();
    await rename(file(), `${file()}.elsewhere`);
    const rotated = await typed('keys', 'rotate');
    expect([rotated.code, rotated.stderr]).toEqual([7, expect.stringContaining('[keys-apart]')]);
    const running = await serving();
    await until(() => running.said().includes('[keys-apart]'));
    expect(await running.beacon(await cookies())).toBe(403);
    await running.stop();
    expect(await stored()).toBe(before);
    const [, edge, page] = await findings('keys', 'edge keys', 'signatures');
    expect(edge).toMatchObject({ ok: false, remedy: expect.stringContaining('sluice keys push') as string });
    expect(page).toMatchObject({ ok: false, text: expect.stringContaining('not signed by these keys') as string });
    await rename(`${file()}.elsewhere`, file());
    expect(await findings('edge keys', 'signatures')).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('doctor says that CloudFront has no keys, or signs by functions that are not there', async () => {
    const [, none, page] = await findings('keys', 'edge keys', 'signatures');
    expect(none).toMatchObject({ ok: false, text: expect.stringContaining('signs nobody') as string });
    expect(page).toMatchObject({ ok: false, text: expect.stringContaining('not signed') as string });
    await writeFile(file(), '{}');
    expect(await findings('keys')).toMatchObject([{ ok: false }]);
  });

  it('F6 links for remotes are opened by the functions; for shells they are refused, or say what they do not reach', async () => {
    const plan = {
      stages: [
        { audience: 'staff', soak: '1m' },
        { percent: 5, soak: '1m' },
      ],
    };
    const apps = { shell: { kind: 'shell' }, mfe1: { kind: 'remote' } };
    const { site: _site, ...unasked } = target;
    await own.configure({ apps, plans: { staged: plan }, plan: 'staged', targets: { local: {}, production: unasked } });
    const origin = ['--origin', 'https://www.example.com'];
    await sluice('publish', await own.build('pr'), '--app', 'mfe1', '--version', 'pr-12-abcd');
    const early = await typed('preview', 'mfe1', 'pr-12-abcd', ...origin);
    expect([early.code, early.stderr]).toEqual([7, expect.stringContaining('sluice keys push')]);
    await sluice('keys', 'push');
    const preview = await typed('preview', 'mfe1', 'pr-12-abcd', '--path', '/orders', ...origin);
    const audience = await typed('audience', 'staff', ...origin);
    expect(audience.stdout).toContain("A shell's canary is not for it");
    const opened = await Promise.all([preview, audience].map(async ({ stdout }) => open(stdout.split('\n')[0] ?? '')));
    expect(opened.map(({ statusCode }) => statusCode)).toEqual([302, 302]);
    const cookies = Object.assign({}, ...opened.map((answer) => answer.cookies ?? {})) as Response['cookies'];
    const page = await respond(request('/orders', { cookies: cookies ?? {} }));
    expect(page.headers['server-timing']?.value).toBe('sluice;desc="mfe1@pr-12-abcd staff"');
    for (const version of ['v1.0.0', 'v1.1.0']) {
      await writeFile(
        join(await own.build(`shell-${version}`), 'index.html'),
        '<html><head></head><body></body></html>',
      );
      await sluice('publish', own.path('builds', `shell-${version}`), '--app', 'shell', '--version', version);
    }
    const shell = await typed('preview', 'shell', 'v1.1.0', ...origin);
    expect([shell.code, shell.stderr]).toEqual([2, expect.stringContaining('before it verifies links')]);
    await sluice('start', 'shell', 'v1.0.0');
    expect((await typed('start', 'shell', 'v1.1.0')).stdout).toContain('The audience staff does not get this shell');
    // Without a key-value store the edge is Lambda@Edge or nginx, which verify before they decide.
    const { keyValueStore: _store, ...byLambda } = unasked;
    await own.configure({
      apps,
      plans: { staged: plan },
      plan: 'staged',
      targets: { local: {}, production: byLambda },
    });
    expect((await typed('preview', 'shell', 'v1.1.0', ...origin)).stdout).toContain('It opens shell v1.1.0 until');
    expect((await typed('audience', 'staff', ...origin)).stdout).not.toContain("A shell's canary is not for it");
    const { keys: _keys, ...keyless } = unasked;
    await own.configure({ apps, plans: { staged: plan }, plan: 'staged', targets: { local: {}, production: keyless } });
    await sluice('publish', await own.build('two'), '--app', 'mfe1', '--version', 'v1.1.0');
    expect((await typed('start', 'mfe1', 'v1.1.0')).stdout).toContain('Nobody is in the audience staff');
  });

  it('without keys of the target everything is as it was: nobody is verified', async () => {
    const { keys: _none, ...keyless } = target;
    await own.configure({ targets: { local: {}, production: keyless } });
    const running = await serving();
    expect(await running.beacon('sluice_id=visitor1')).toBe(204);
    await running.stop();
    expect(await stored()).toBeUndefined();
    const typedKeys = await typed('keys', 'rotate');
    expect([typedKeys.code, typedKeys.stderr]).toEqual([2, expect.stringContaining('targets.production')]);
  });
});
