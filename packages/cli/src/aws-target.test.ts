import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { alarmsFor, putAlarms } from '@sluice/aws/cloudwatch';
import { createS3Store, parseS3Url } from '@sluice/aws/s3';
import {
  describeWith,
  moto,
  peerCredentials,
  startFaultyProxy,
  type FaultyProxy,
  type RunningPeer,
} from '@sluice/peers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aPlatform, finished, firstJson } from './sluice.fixture.mjs';

// The commands as a person types them, on targets whose stores are in S3.

type Own = Awaited<ReturnType<typeof aPlatform>>;
const quick = { stages: [{ percent: 5, soak: '1m' }] };
const free = { edge: { port: 0 }, controller: { port: 0, tick: '50ms' } };
const credentials = {
  AWS_ACCESS_KEY_ID: peerCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: peerCredentials.secretAccessKey,
};

let own: Own;
afterEach(async () => own.remove());

describeWith([moto], 'a target on AWS', () => {
  let peer: RunningPeer;
  let proxy: FaultyProxy;
  let buckets = 0;
  beforeAll(async () => {
    peer = await moto.start();
    proxy = await startFaultyProxy(peer.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await peer.stop();
  });

  async function newBucket(): Promise<string> {
    buckets += 1;
    const name = `sluice-cli-${String(buckets)}`;
    await fetch(`${peer.url}/${name}`, { method: 'PUT' });
    return name;
  }

  let production: { store: string; endpoint: string } & Record<string, unknown>;
  beforeEach(async () => {
    proxy.decide = () => 'pass';
    proxy.seen.length = 0;
    const base = { kind: 'aws', region: 'us-east-1', controller: { port: 0, tick: '50ms' } };
    production = { ...base, store: `s3://${await newBucket()}/prod`, endpoint: proxy.url };
    own = await aPlatform({ plans: { quick }, plan: 'quick', targets: { local: free, production } });
  });

  const sluice = (...args: readonly string[]) => own.sluiceWith(credentials, ...args, '--target', 'production');
  async function ok(...args: readonly string[]): Promise<Record<string, unknown>> {
    const answer = await sluice(...args, '--json');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    return answer.json() as Record<string, unknown>;
  }
  /** The text of an object of the target's store, or of a region's. */
  async function textAt(key: string, url = production.store): Promise<string | undefined> {
    const connection = { region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials };
    const found = await createS3Store({ ...parseS3Url(url), connection }).read(key);
    return found && new TextDecoder().decode(found.bytes);
  }
  const json = async (key: string, url?: string): Promise<Record<string, unknown>> =>
    JSON.parse((await textAt(key, url)) ?? 'null') as Record<string, unknown>;
  const pointer = (url?: string): Promise<Record<string, unknown>> => json('mfe1/active-version.json', url);

  it('init, publish, start, status, advance, rollback: the same commands, and the store is in S3', async () => {
    const before = await sluice('status');
    expect([before.code, before.stderr]).toEqual([8, expect.stringContaining('sluice init --target')]);
    expect(await ok('init')).toMatchObject({ store: production.store, created: true });
    expect(await ok('init')).toMatchObject({ created: false });
    for (const version of ['v1.0.0', 'v1.1.0']) {
      await ok('publish', await own.build(version), '--app', 'mfe1', '--version', version);
      await ok('start', 'mfe1', version);
    }
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 5 });
    expect((await sluice('status')).stdout).toContain('v1.0.0 → v1.1.0');
    await ok('advance', 'mfe1');
    const back = await sluice('rollback', 'mfe1', '--reason', 'checkout fails');
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('has no `site`')]);
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryPercent: 0, blocked: ['v1.1.0'] });
    expect(await json('platform-index.json')).toMatchObject({
      apps: { mfe1: { version: 'v1.0.0', canaryVersion: null } },
    });
  });

  it('a second publish of the same build writes nothing, and other bytes are refused', async () => {
    await ok('init');
    const dir = await own.build('one');
    await ok('publish', dir, '--app', 'mfe1', '--version', 'v1.0.0');
    proxy.seen.length = 0;
    expect(await ok('publish', dir, '--app', 'mfe1', '--version', 'v1.0.0')).toMatchObject({ result: 'unchanged' });
    expect(proxy.seen.filter(({ method }) => method === 'PUT')).toEqual([]);
    const other = await sluice('publish', await own.build('two'), '--app', 'mfe1', '--version', 'v1.0.0');
    expect([other.code, other.stderr]).toEqual([7, expect.stringContaining('[version-exists]')]);
  });

  it('serve runs the controller alone: the edge of this target is CloudFront', async () => {
    await ok('init');
    const child = own.start(['serve', '--target', 'production', '--json'], credentials);
    const said = (await firstJson(child)) as { edge: unknown; controller: string };
    expect(said).toMatchObject({ edge: null, controller: expect.stringContaining('http://127.0.0.1:') as string });
    expect((await fetch(`${said.controller}/api/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await finished(child)).code).toBe(0);
    const edge = await sluice('serve', '--only', 'edge');
    expect([edge.code, edge.stderr]).toEqual([2, expect.stringContaining('served by CloudFront')]);
  });

  it('D23 an alarm of CloudWatch takes the canary of its app back', async () => {
    const connection = { region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials };
    const targets = { local: free, production };
    await own.configure({ plans: { quick }, plan: 'quick', targets, alarms: 'brief' });
    await ok('init');
    for (const version of ['v1.0.0', 'v1.1.0']) {
      await ok('publish', await own.build(version), '--app', 'mfe1', '--version', version);
      await ok('start', 'mfe1', version);
    }
    await putAlarms({ alarms: alarmsFor({ apps: ['mfe1', 'mfe2'] }), connection });
    const alarm = { AlarmName: 'mfe1-error-rate', StateReason: '12 errors in 5 min' };
    await new CloudWatchClient(connection).send(new SetAlarmStateCommand({ ...alarm, StateValue: 'ALARM' }));
    const child = own.start(['serve', '--target', 'production'], credentials);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        if (text.includes('rolled-back')) resolve();
      });
    });
    child.kill('SIGTERM');
    await finished(child);
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryPercent: 0, blocked: ['v1.1.0'] });
    expect((await sluice('history', 'mfe1')).stdout).toContain('mfe1-error-rate');
  });

  it('publish --from copies what was tested elsewhere, with the same hashes', async () => {
    await ok('init');
    await own.publish('mfe1', 'v1.0.0');
    const copy = ['publish', '--from', 'local', '--app', 'mfe1', '--version', 'v1.0.0'];
    expect(await ok(...copy)).toMatchObject({ result: 'published', uploaded: 2 });
    expect(await textAt('mfe1/v1.0.0/version.json')).toBe(await own.text('mfe1/v1.0.0/version.json'));
    expect(await ok(...copy)).toMatchObject({ result: 'unchanged' });
    const both = await sluice('publish', 'dist', ...copy.slice(1));
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--from')]);
    const self = await sluice('publish', '--from', 'production', ...copy.slice(3));
    expect([self.code, self.stderr]).toEqual([2, expect.stringContaining('the target itself')]);
  });

  it('E14 with one region out of reach the others go on, it is said so, and the next command brings it in line', async () => {
    const us = { name: 'us', store: `s3://${await newBucket()}`, region: 'us-east-1', endpoint: proxy.url };
    production = { ...production, regions: [us] };
    await own.configure({ plans: { quick }, plan: 'quick', targets: { local: free, production } });
    await ok('init');
    const published = await sluice('publish', await own.build('one'), '--app', 'mfe1', '--version', 'v1.0.0');
    expect([published.code, published.stdout]).toEqual([0, expect.stringContaining('Region us has it too.')]);
    const there = us.store.slice('s3://'.length);
    proxy.decide = ({ url }) =>
      url.startsWith(`/${there}`) ? { kind: 'refused', status: 403, code: 'AccessDenied' } : 'pass';
    const started = await sluice('start', 'mfe1', 'v1.0.0');
    expect([started.code, started.stdout]).toEqual([0, expect.stringContaining('Not everywhere yet: region us')]);
    expect(await pointer()).toMatchObject({ version: 'v1.0.0' });
    expect((await sluice('status', 'mfe1')).stdout).toContain('region us: unreachable');
    const half = await sluice('publish', await own.build('two'), '--app', 'mfe1', '--version', 'v1.1.0');
    expect([half.code, half.stdout]).toEqual([8, expect.stringContaining('Region us does not have it')]);
    proxy.decide = () => 'pass';
    expect((await sluice('start', 'mfe1', 'v1.1.0')).stdout).not.toContain('Not everywhere');
    expect(await pointer(us.store)).toMatchObject({ version: 'v1.0.0', canaryVersion: 'v1.1.0' });
    expect(await textAt('mfe1/v1.1.0/version.json', us.store)).toBe(await textAt('mfe1/v1.1.0/version.json'));
  });

  it('E15 credentials that are not taken are told, and what to do', async () => {
    await ok('init');
    proxy.decide = () => ({ kind: 'refused', status: 400, code: 'ExpiredToken' });
    const expired = await sluice('status');
    expect([expired.code, expired.stderr]).toEqual([8, expect.stringContaining('aws sso login')]);
    const none = await own.sluiceWith(
      { AWS_EC2_METADATA_DISABLED: 'true', HOME: own.folder },
      'status',
      '--target',
      'production',
    );
    expect([none.code, none.stderr]).toEqual([8, expect.stringContaining('[credentials-invalid]')]);
  });

  it('E18 a publish of 500 files that is killed in the middle is resumed with only what is missing', async () => {
    await ok('init');
    const dir = await own.build('large');
    await mkdir(join(dir, 'assets'));
    const files = Array.from({ length: 498 }, (_, i) => `assets/chunk-${String(i)}.js`);
    for (const file of files) await writeFile(join(dir, file), `export const name = '${file}';\n`);
    const isUpload = (seen: { readonly method: string; readonly url: string }): boolean =>
      seen.method === 'PUT' && seen.url.includes('/mfe1/v1.0.0/');
    const publish = ['publish', dir, '--app', 'mfe1', '--version', 'v1.0.0', '--target', 'production', '--json'];
    const child = own.start(publish, credentials);
    proxy.seen.length = 0;
    proxy.decide = () => {
      if (proxy.seen.filter(isUpload).length === 200) child.kill('SIGKILL');
      return 'pass';
    };
    expect((await finished(child)).code).toBeNull();
    await proxy.quiet();
    expect(await textAt('mfe1/v1.0.0/version.json')).toBeUndefined();
    const listing = await (
      await fetch(`${peer.url}/${production.store.slice(5).split('/')[0] ?? ''}?list-type=2`)
    ).text();
    const there = listing.match(/<Key>prod\/mfe1\/v1\.0\.0\//g)?.length ?? 0;
    expect(there).toBeGreaterThan(150);
    proxy.seen.length = 0;
    proxy.decide = () => 'pass';
    expect(await ok(...publish.slice(0, -3))).toMatchObject({ result: 'published', uploaded: 500 - there });
    expect(proxy.seen.filter(isUpload)).toHaveLength(500 - there + 1);
  });
});

describe('what is loaded', () => {
  it('is nothing of the AWS SDK for help, or for a local target', async () => {
    own = await aPlatform({});
    await own.publish('mfe1', 'v1.0.0');
    const coverage = await mkdtemp(join(tmpdir(), 'sluice-loaded-'));
    for (const args of [['--help'], ['status'], ['start', 'mfe1', 'v1.0.0'], ['doctor']]) {
      await own.sluiceWith({ NODE_V8_COVERAGE: coverage }, ...args);
    }
    const scripts = new Set<string>();
    for (const name of await readdir(coverage)) {
      const { result } = JSON.parse(await readFile(join(coverage, name), 'utf8')) as { result: { url: string }[] };
      for (const { url } of result) if (url.startsWith('file:')) scripts.add(fileURLToPath(url));
    }
    await rm(coverage, { recursive: true });
    const texts = await Promise.all([...scripts].map((script) => readFile(script, 'utf8')));
    expect(texts.some((text) => text.includes('createFolderStore'))).toBe(true);
    expect(texts.filter((text) => text.includes('ListObjectsV2'))).toEqual([]);
  });
});
