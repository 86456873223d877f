import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DeleteBucketCorsCommand,
  GetObjectCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CloudWatchClient, DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { describeWith, moto, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aPlatform } from './sluice.fixture.mjs';

// Each finding of the doctor on AWS, by what produces it and by what cures it.

const bucket = 'sluice-doctor';
const prefix = 'prod';
const env = {
  AWS_ACCESS_KEY_ID: peerCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: peerCredentials.secretAccessKey,
};

interface Found {
  readonly check: string;
  readonly ok: boolean;
  readonly text: string;
  readonly remedy?: string;
  readonly details: readonly string[];
}

it('a command asks as often as the target says before it gives up', async () => {
  let asked = 0;
  const busy = createServer((_request, response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${String((busy.address() as AddressInfo).port)}`;
  const own = await aPlatform({});
  for (const maxAttempts of [1, 3]) {
    asked = 0;
    const target = {
      kind: 'aws',
      region: 'us-east-1',
      store: 's3://busy-bucket',
      endpoint,
      maxAttempts,
      timeout: '2s',
    };
    await own.configure({ targets: { local: {}, production: target } });
    const { code } = await own.sluiceWith(env, 'status', '--target', 'production');
    expect([code, asked]).toEqual([8, maxAttempts]);
  }
  await own.remove();
  busy.close();
});

describeWith([moto], 'sluice doctor on AWS', () => {
  let peer: RunningPeer;
  let own: Awaited<ReturnType<typeof aPlatform>>;
  let s3: S3Client;
  let target: Record<string, unknown>;
  const connection = () => ({ region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials });

  beforeAll(async () => {
    peer = await moto.start();
    await fetch(`${peer.url}/${bucket}`, { method: 'PUT' });
    s3 = new S3Client({ ...connection(), forcePathStyle: true });
    const store = `s3://${bucket}/${prefix}`;
    target = { kind: 'aws', region: 'us-east-1', store, endpoint: peer.url, controller: { port: 0 } };
    own = await aPlatform({});
    await configure({});
    for (const args of [
      ['init'],
      ['publish', await own.build('v1.0.0'), '--app', 'mfe1', '--version', 'v1.0.0'],
      ['start', 'mfe1', 'v1.0.0'],
    ]) {
      const { code, stderr } = await own.sluiceWith(env, ...args, '--target', 'production');
      expect([code, stderr]).toEqual([0, '']);
    }
  });
  afterAll(async () => {
    s3.destroy();
    await own.remove();
    await peer.stop();
  });

  const configure = (more: object) => own.configure({ targets: { local: {}, production: { ...target, ...more } } });
  const found = async (check: string, more: Readonly<Record<string, string>> = env): Promise<Found> => {
    const answer = await own.sluiceWith(more, 'doctor', '--target', 'production', '--json');
    const { findings } = answer.json() as { findings: readonly Found[] };
    return findings.find((one) => one.check === check) ?? ({ text: answer.stdout } as Found);
  };

  it('F6 files of previews that the site gives to everybody, and no page of an error that it gives instead', async () => {
    let answers: (path: string) => Promise<readonly [status: number, body: string]>;
    const site = createServer((request, response) => {
      void answers(request.url ?? '').then(([status, body]) => response.writeHead(status).end(body));
    });
    await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
    try {
      await configure({ site: `http://127.0.0.1:${String((site.address() as AddressInfo).port)}` });
      answers = () => Promise.resolve([403, '']);
      expect((await found('previews')).check).toBeUndefined();
      const build = await own.build('pr-12-abcd');
      const args = ['publish', build, '--app', 'mfe1', '--version', 'pr-12-abcd', '--target', 'production'];
      const published = await own.sluiceWith(env, ...args);
      expect([published.code, published.stderr]).toEqual([0, '']);
      for (const status of [403, 200]) {
        answers = () => Promise.resolve([status, '<html>an error</html>']);
        expect(await found('previews')).toMatchObject({ ok: true });
      }
      answers = async (path) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${path}` }));
        return [200, (await Body?.transformToString()) ?? ''];
      };
      expect(await found('previews')).toMatchObject({
        ok: false,
        details: [expect.stringMatching(/\/mfe1\/pr-12-abcd\/version\.json$/)],
        remedy: expect.stringContaining('viewer-response first') as string,
      });
    } finally {
      await configure({});
      await new Promise((done) => site.close(done));
    }
  });

  it('a policy that lets versions be overwritten: has the statement that cures it', async () => {
    const before = await found('bucket policy');
    expect(before).toMatchObject({ ok: false, remedy: expect.stringContaining('put-bucket-policy') as string });
    const Statement = [JSON.parse(before.details[0] ?? '') as { Resource: string[] }];
    expect(Statement[0]?.Resource).toContain(`arn:aws:s3:::${bucket}/${prefix}/mfe1/v*/*`);
    const put = async (Resource: readonly string[]) => {
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...Statement[0], Resource }] });
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
      return found('bucket policy');
    };
    const resources = Statement[0]?.Resource ?? [];
    const previews = resources.filter((resource) => resource.endsWith('/pr-*/*'));
    expect(previews.length).toBeGreaterThan(0);
    // As one that was written before there were previews.
    const half = await put(resources.filter((resource) => !previews.includes(resource)));
    expect(half.ok).toBe(false);
    expect(JSON.parse(half.details[0] ?? '')).toMatchObject({ Resource: previews });
    expect(await put(resources)).toMatchObject({ ok: true });
  });

  it('CORS rules that let any site write', async () => {
    const rules = (AllowedMethods: string[]) =>
      s3.send(
        new PutBucketCorsCommand({
          Bucket: bucket,
          CORSConfiguration: { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods }] },
        }),
      );
    await rules(['GET', 'PUT']);
    const { ok, text } = await found('bucket CORS');
    expect([ok, text]).toEqual([false, 'Its CORS rules let pages of any site ask for PUT.']);
    await rules(['GET', 'HEAD']);
    expect(await found('bucket CORS')).toMatchObject({ ok: true });
    await s3.send(new DeleteBucketCorsCommand({ Bucket: bucket }));
    expect(await found('bucket CORS')).toMatchObject({ ok: true });
  });

  it('a pointer that somebody wrote without its Cache-Control; the next write cures it', async () => {
    expect(await found('cache headers')).toMatchObject({ ok: true });
    const Key = `${prefix}/mfe1/active-version.json`;
    const Body = JSON.stringify({ version: 'v1.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '' });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, CacheControl: 'max-age=3600' }));
    expect((await found('cache headers')).details).toEqual([
      'mfe1/active-version.json: "max-age=3600" instead of "public, max-age=0, s-maxage=5, must-revalidate"',
    ]);
    const CacheControl = 'public, max-age=0, s-maxage=5, must-revalidate';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, CacheControl }));
    expect(await found('cache headers')).toMatchObject({ ok: true });
  });

  it('a garbled pointer: every other finding is told all the same', async () => {
    const Key = `${prefix}/mfe1/active-version.json`;
    const put = (Body: string) =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key,
          Body,
          CacheControl: 'public, max-age=0, s-maxage=5, must-revalidate',
        }),
      );
    await put('{ broken');
    const garbled = await found('mfe1');
    expect([garbled.ok, garbled.text]).toEqual([false, '"mfe1/active-version.json" cannot be read.']);
    expect(await found('cache headers')).toMatchObject({ ok: true });
    await put(JSON.stringify({ version: 'v1.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '' }));
    expect((await found('mfe1')).text).not.toContain('cannot be read');
  });

  it("the brief's alarm on {MFE, Version, ErrorType}, which is never emitted", async () => {
    const cloudWatch = new CloudWatchClient(connection());
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'mfe1-errors-by-all',
        Namespace: 'MFE/ClientErrors',
        MetricName: 'ErrorCount',
        Dimensions: ['MFE', 'Version', 'ErrorType'].map((Name) => ({ Name, Value: 'x' })),
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    expect((await found('alarm metrics')).details).toEqual([
      'mfe1-errors-by-all: ErrorCount by ErrorType, MFE, Version',
    ]);
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['mfe1-errors-by-all'] }));
    expect(await found('alarm metrics')).toMatchObject({ ok: true });
    cloudWatch.destroy();
  });

  it('a distribution that is not there', async () => {
    await configure({ distribution: 'E2QWRUHAPOMQZL' });
    expect(await found('distribution')).toMatchObject({
      ok: false,
      text: expect.stringContaining('E2QWRUHAPOMQZL') as string,
    });
    await configure({});
    expect((await found('distribution')).ok).toBeUndefined();
  });
});
