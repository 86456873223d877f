import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, moto, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startFakeAppConfig, type FakeAppConfig } from '../../packages/aws/src/appconfig/fake-app-config.fixture.js';
import { aPlatform } from '../../packages/cli/src/sluice.fixture.mjs';

// What a person types on a target whose store is in S3 (moto), with router appconfig (our own fake).

describeWith([moto], 'router appconfig by command', () => {
  let peer: RunningPeer;
  let fake: FakeAppConfig;
  let own: Awaited<ReturnType<typeof aPlatform>>;
  let buckets = 0;
  beforeAll(async () => {
    peer = await moto.start();
  });
  afterAll(async () => peer.stop());
  beforeEach(async () => {
    fake = await startFakeAppConfig();
    buckets += 1;
    const bucket = `sluice-routers-${String(buckets)}`;
    await fetch(`${peer.url}/${bucket}`, { method: 'PUT' });
    const place = { application: 'mfe-platform', environment: 'production', profile: 'deployment-config' };
    own = await aPlatform({
      apps: { mfe1: { kind: 'remote', router: 'appconfig' } },
      plans: { quick: { stages: [{ percent: 5, soak: '1m' }] } },
      plan: 'quick',
      targets: {
        local: { edge: { port: 0 }, controller: { port: 0 } },
        production: {
          kind: 'aws',
          region: 'us-east-1',
          store: `s3://${bucket}`,
          endpoint: peer.url,
          controller: { port: 0 },
          appConfig: { ...place, endpoint: fake.url },
        },
      },
    });
  });
  afterEach(async () => {
    await own.remove();
    await fake.stop();
  });

  const credentials = {
    AWS_ACCESS_KEY_ID: peerCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: peerCredentials.secretAccessKey,
  };
  async function sluice(...args: readonly string[]): Promise<string> {
    const answer = await own.sluiceWith(credentials, ...args, '--target', 'production');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    return answer.stdout;
  }
  const deployed = (): unknown => {
    const profile = fake.state.profiles[0];
    const version = fake.state.deployments.at(-1)?.version ?? 0;
    return JSON.parse(profile?.versions.get(version)?.toString() ?? 'null');
  };

  it('loads the clients of the services that the target names, and no others', async () => {
    await sluice('init');
    await sluice('publish', await own.build('v1.0.0'), '--app', 'mfe1', '--version', 'v1.0.0');
    const coverage = own.path('coverage');
    const start = ['start', 'mfe1', 'v1.0.0', '--target', 'production'];
    await own.sluiceWith({ ...credentials, NODE_V8_COVERAGE: coverage }, ...start);
    const scripts = new Set<string>();
    for (const name of await readdir(coverage)) {
      const { result } = JSON.parse(await readFile(join(coverage, name), 'utf8')) as { result: { url: string }[] };
      for (const { url } of result) if (url.startsWith('file:')) scripts.add(fileURLToPath(url));
    }
    const texts = await Promise.all([...scripts].map((script) => readFile(script, 'utf8')));
    const loads = (what: RegExp): boolean => texts.some((text) => what.test(text));
    // Each client of the SDK has an error of its own, which nobody else names.
    const loaded = ['S3', 'AppConfig', 'AppConfigData', 'CloudFront', 'CloudFrontKeyValueStore', 'SNS'].filter((one) =>
      loads(new RegExp(`\\b${one}ServiceException`)),
    );
    expect(loaded).toEqual(['S3', 'AppConfig']);
  });

  it('A1 B8 publish, start, advance, status, rollback: AppConfig serves what was typed', async () => {
    await sluice('init');
    for (const version of ['v1.0.0', 'v1.1.0']) {
      await sluice('publish', await own.build(version), '--app', 'mfe1', '--version', version);
      await sluice('start', 'mfe1', version);
    }
    expect(deployed()).toMatchObject({ deployments: { mfe1: { activeVersion: 'v1.0.0', canaryPercent: 5 } } });
    await sluice('advance', 'mfe1');
    expect(deployed()).toMatchObject({ deployments: { mfe1: { canaryVersion: 'v1.1.0', canaryPercent: 100 } } });
    expect(await sluice('status', 'mfe1')).toContain('appconfig: served, v1.0.0 → v1.1.0 at 100 %');
    fake.state.environments[0]!.Monitors = [{ AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:mfe1' }];
    const hindered = await sluice('rollback', 'mfe1', '--reason', 'checkout fails');
    expect(hindered).toContain(
      'Not everywhere yet: appconfig: The environment "production" of AppConfig has alarm monitors',
    );
    expect(await sluice('status', 'mfe1')).toContain('appconfig: behind, v1.0.0 → v1.1.0 at 100 %');
    fake.state.environments[0]!.Monitors = [];
    const child = own.start(['serve', '--target', 'production'], credentials);
    await expect.poll(() => JSON.stringify(deployed())).toContain('"canaryVersion":null');
    child.kill('SIGTERM');
    expect(await sluice('status', 'mfe1')).toContain('appconfig: served, v1.0.0');
  });
});
