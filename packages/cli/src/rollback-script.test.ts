import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createS3Store, parseS3Url } from '@sluice/aws/s3';
import type { Store } from '@sluice/core';
import {
  awsCli,
  describeWith,
  moto,
  peerCredentials,
  startFaultyProxy,
  type FaultyProxy,
  type RunningPeer,
  type SeenRequest,
} from '@sluice/peers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { aPlatform, finished } from './sluice.fixture.mjs';

// scripts/rollback.sh on a store in S3, with the real aws command: nothing of Sluice runs in it.

type Own = Awaited<ReturnType<typeof aPlatform>>;
const script = fileURLToPath(new URL('../../../scripts/rollback.sh', import.meta.url));
const quick = { stages: [{ percent: 5, soak: '1m' }] };
const documents = ['mfe1/rollout.json', 'mfe1/active-version.json', 'platform-index.json', 'mfe1/version-history.json'];
const credentials = {
  AWS_ACCESS_KEY_ID: peerCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: peerCredentials.secretAccessKey,
};

describeWith([moto, awsCli], 'rollback.sh on S3', () => {
  let peer: RunningPeer;
  let proxy: FaultyProxy;
  let own: Own;
  let buckets = 0;
  /** v1.0.0 is stable, v1.1.0 on trial at 5 %. */
  const onTrial = new Map<string, Uint8Array>();
  let stores: { readonly production: string; readonly twin: string };
  beforeAll(async () => {
    peer = await moto.start();
    proxy = await startFaultyProxy(peer.url);
    own = await aPlatform();
    const seed = await newStore();
    await configure({ seed });
    await sluice('seed', 'init');
    for (const version of ['v1.0.0', 'v1.1.0']) {
      await sluice('seed', 'publish', await own.build(version), '--app', 'mfe1', '--version', version);
      await sluice('seed', 'start', 'mfe1', version);
    }
    const from = storeAt(seed);
    for (const { key } of await from.list('')) {
      const { bytes } = (await from.read(key)) ?? { bytes: new Uint8Array() };
      onTrial.set(key, bytes);
    }
  });
  afterAll(async () => {
    await own.remove();
    await proxy.stop();
    await peer.stop();
  });
  beforeEach(async () => {
    proxy.decide = () => 'pass';
    stores = { production: await newStore(), twin: await newStore() };
    await configure(stores);
    for (const url of Object.values(stores)) {
      const store = storeAt(url);
      await Promise.all([...onTrial].map(([key, bytes]) => store.write(key, bytes)));
    }
  });

  const configure = (urls: Readonly<Record<string, string>>): Promise<void> => {
    const target = { kind: 'aws', region: 'us-east-1', endpoint: peer.url };
    const targets = Object.fromEntries(Object.entries(urls).map(([name, store]) => [name, { ...target, store }]));
    return own.configure({ plans: { quick }, plan: 'quick', targets: { local: {}, ...targets } });
  };
  const storeAt = (url: string): Store => {
    const connection = { region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials };
    return createS3Store({ ...parseS3Url(url), connection });
  };

  async function newStore(): Promise<string> {
    const name = `sluice-script-${String((buckets += 1))}`;
    await fetch(`${peer.url}/${name}`, { method: 'PUT' });
    return `s3://${name}/prod`;
  }
  const sluice = async (target: string, ...args: readonly string[]): Promise<void> => {
    const answer = await own.sluiceWith(credentials, ...args, '--target', target);
    expect([answer.code, answer.stderr]).toEqual([0, '']);
  };
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    finished(
      spawn('bash', [script, ...args], {
        cwd: own.folder,
        env: {
          PATH: process.env['PATH'],
          HOME: own.folder,
          AWS_REGION: 'us-east-1',
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_ENDPOINT_URL: proxy.url,
          AWS_MAX_ATTEMPTS: '1',
          AWS: awsCli.program,
          ...credentials,
          ...env,
        },
      }),
    );
  const rollback = (...args: readonly string[]) =>
    run(['mfe1', '--store', stores.production, '--reason', 'checkout fails', ...args]);
  const textAt = async (key: string, store = stores.production): Promise<string> => {
    const found = await storeAt(store).read(key);
    return found === undefined ? '' : new TextDecoder().decode(found.bytes);
  };
  const everything = async (store = stores.production): Promise<readonly string[]> =>
    Promise.all(documents.map((key) => textAt(key, store)));
  const pointer = async (): Promise<object> => JSON.parse(await textAt('mfe1/active-version.json')) as object;
  const isWriteOf = ({ method, url }: SeenRequest, key: string): boolean => method === 'PUT' && url.includes(key);

  it('B8 writes record, pointer, index and history, in this order, as `sluice rollback` does', async () => {
    proxy.seen.length = 0;
    const answer = await rollback();
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    expect(answer.stdout).toBe('mfe1 is back on v1.0.0; v1.1.0 is blocked.\n');
    const puts = proxy.seen.filter(({ method }) => method === 'PUT').map(({ url }) => url.replace(/\?.*$/, ''));
    expect(puts.map((url) => url.split('/prod/')[1])).toEqual(documents);
    await sluice('twin', 'rollback', 'mfe1', '--reason', 'checkout fails');
    const ours = (await everything()).map(withoutMoments);
    expect(ours).toEqual((await everything(stores.twin)).map(withoutMoments));
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
  });

  it('what it has written is settled: the commands that come next write nothing and go on from there', async () => {
    await rollback();
    const before = await everything();
    await sluice('production', 'status');
    expect(await everything()).toEqual(before);
    await sluice('production', 'publish', await own.build('v1.2.0'), '--app', 'mfe1', '--version', 'v1.2.0');
    await sluice('production', 'start', 'mfe1', 'v1.2.0');
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: 'v1.2.0', generation: 4 });
  });

  it('B2 after a promotion it goes back to the version that was good before, and never forward again', async () => {
    await sluice('production', 'rollback', 'mfe1', '--to', 'v1.1.0', '--force');
    const refused = await rollback();
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('less than 10 minutes ago')]);
    const further = await rollback('--further');
    expect([further.code, further.stderr]).toEqual([0, '']);
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', blocked: ['v1.1.0'] });
    const forward = await rollback('--further');
    expect([forward.code, forward.stderr]).toEqual([7, expect.stringContaining('no version of mfe1 that was good')]);
    expect((await rollback('--to', 'v1.1.0')).code).toBe(0);
    expect(await pointer()).toMatchObject({ version: 'v1.1.0', blocked: ['v1.0.0'] });
  });

  it.each(documents)('E2 the answer to the write of %s is lost, and it is done all the same', async (key) => {
    let lost = 0;
    proxy.decide = (request) => (isWriteOf(request, key) && (lost += 1) === 1 ? { kind: 'answer-cut' } : 'pass');
    const answer = await rollback();
    expect([answer.code, answer.stderr, lost]).toEqual([0, '', 1]);
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
  });

  it.each(documents)('E2 a crash before the write of %s is finished by the next command', async (key) => {
    proxy.decide = (request) =>
      isWriteOf(request, key) ? { kind: 'refused', status: 500, code: 'InternalError' } : 'pass';
    const answer = await rollback();
    expect([answer.code, answer.stderr]).toEqual([8, expect.stringContaining('cannot be written')]);
    proxy.decide = () => 'pass';
    if (key === documents[0]) return expect((await rollback()).code).toBe(0);
    const settled = await own.sluiceWith(credentials, 'pause', 'mfe1', '--target', 'production');
    expect(settled.stderr).toContain('[rollout-not-running]');
    expect(await pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
    expect(JSON.parse(await textAt('platform-index.json'))).toMatchObject({ apps: { mfe1: { canaryVersion: null } } });
    return expect(await textAt('mfe1/version-history.json')).toContain('checkout fails');
  });

  it('C6 somebody who was faster wins, and nothing is written', async () => {
    const [record = ''] = await everything();
    const theirs = record.replace(/"serial": \d+/, '"serial": 99');
    let read = 0;
    // Between its reading and its writing.
    proxy.decide = ({ method, url }) => {
      if (method !== 'GET' || !url.includes('version-history.json') || (read += 1) > 1) return 'pass';
      void storeAt(stores.production).write(documents[0] ?? '', new TextEncoder().encode(theirs));
      return 'pass';
    };
    const before = await everything();
    const answer = await rollback();
    expect([answer.code, answer.stderr]).toEqual([6, expect.stringContaining('Nothing was written')]);
    expect(await everything()).toEqual([theirs, ...before.slice(1)]);
  });

  it('C7 a pointer that a human writes in between stays', async () => {
    const human = '{"version":"v1.1.0","canaryVersion":null,"canaryPercent":0,"lastUpdated":"2026-01-01T00:00:00Z"}';
    proxy.decide = (request) => {
      if (!isWriteOf(request, 'active-version.json')) return 'pass';
      return { kind: 'refused', status: 412, code: 'PreconditionFailed' };
    };
    const answer = await rollback();
    await storeAt(stores.production).write('mfe1/active-version.json', new TextEncoder().encode(human));
    expect([answer.code, answer.stderr]).toEqual([6, expect.stringContaining('theirs stays')]);
    proxy.decide = () => 'pass';
    await own.sluiceWith(credentials, 'pause', 'mfe1', '--target', 'production');
    expect(await textAt('mfe1/active-version.json')).toBe(human);
  });

  it('B9 refuses a version of which files are missing, before anything is written', async () => {
    const before = await everything();
    await storeAt(stores.production).remove('mfe1/v1.0.0/remoteEntry.js');
    const answer = await rollback();
    expect([answer.code, answer.stderr]).toEqual([7, expect.stringContaining('not whole: remoteEntry.js')]);
    expect(await everything()).toEqual(before);
  });

  it('--dry-run says what it would write, and writes nothing', async () => {
    const before = await everything();
    proxy.seen.length = 0;
    const answer = await rollback('--dry-run');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    for (const key of documents) expect(answer.stdout).toContain(`would write ${stores.production}/${key}`);
    expect(proxy.seen.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('refuses an aws command that cannot compare and swap, with the versions that can', async () => {
    const old = own.path('aws');
    await writeFile(old, '#!/bin/sh\n[ "$1" = --version ] && echo "aws-cli/2.9.19" || echo "{\\"Bucket\\":\\"\\"}"\n');
    await chmod(old, 0o755);
    const answer = await run(['mfe1', '--store', stores.production], { AWS: old });
    expect([answer.code, answer.stderr]).toEqual([8, expect.stringContaining('aws-cli/2.9.19')]);
    expect(answer.stderr).toContain('AWS CLI 2.23 or newer, or 1.36.10 or newer');
  });

  it.each([
    [['--help'], 0, ''],
    [[], 2, 'Usage: ./rollback.sh <app>'],
    [['Mfe1', '--store', 's3://bucket'], 2, "not an app's name"],
    [['mfe1', '--store', 'bucket'], 2, 's3://bucket/folder'],
    [['mfe1', '--store'], 2, '--store needs a value'],
    [['mfe1', '--store', 's3://bucket', '--froce'], 2, 'There is no option --froce'],
  ])('%j ends with %i and says what to type', async (args, code, said) => {
    const answer = await run(args);
    expect([answer.code, answer.stderr]).toEqual([code, expect.stringContaining(said)]);
    if (code === 0) expect(answer.stdout).toContain('--dry-run');
  });
});

/** Without what differs between two runs: moments, ids, and hashes of what has them in it. */
function withoutMoments(text: string): unknown {
  const passing =
    /^(id|at|atMs|lastUpdated|hash|before|startedAtMs|enteredAtMs|weighedAtMs|lastMs|rolloutId|lastLine)$/;
  return JSON.parse(text, (name, value: unknown) => {
    if (passing.test(name)) return typeof value;
    return name === 'text' && typeof value === 'string' && value !== '' ? withoutMoments(value) : value;
  });
}
