import {
  CloudFrontClient,
  CreateContinuousDeploymentPolicyCommand,
  CreateDistributionCommand,
  UpdateDistributionCommand,
  UpdateDistributionWithStagingConfigCommand,
  type DistributionConfig,
  type HttpVersion,
} from '@aws-sdk/client-cloudfront';
import { routerContract } from '@sluice/contracts';
import { parseAppId, parseVersionId, placeOf, type Pointer, type Router } from '@sluice/core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContinuousDeploymentRouter, detachContinuousDeployment } from './continuous-deployment-router.js';
import { startFakeCloudFront, type FakeCloudFront } from './fake-cloudfront.fixture.js';
import { tag } from './fake-state.fixture.js';
import type { SmokeTest } from './smoke-test.js';

const fail = (): never => {
  throw new Error('the test is wrong');
};
const app = parseAppId('shell') ?? fail();
const [v1, v2, v3] = ['v1.0.0', 'v1.1.0', 'v1.2.0'].map((name) => parseVersionId(name) ?? fail());
const pointer = (canaryPercent: number, more: object = {}): Pointer => ({
  version: v1 ?? fail(),
  canaryVersion: v2 ?? fail(),
  canaryPercent,
  lastUpdated: '2026-01-15T10:00:00Z',
  generation: 3,
  rolloutId: 'r1',
  ...more,
});
const onlyStable = (more: object = {}): Pointer => pointer(0, { canaryVersion: null, ...more });

const fakes: FakeCloudFront[] = [];
afterAll(async () => {
  for (const fake of fakes) await fake.stop();
});

interface Setting {
  readonly fake: FakeCloudFront;
  readonly client: CloudFrontClient;
  readonly id: string;
  readonly router: Router;
  readonly smoked: string[];
}

async function setting(more: { smoke?: SmokeTest; http?: HttpVersion; name?: string } = {}): Promise<Setting> {
  const fake = await startFakeCloudFront();
  fakes.push(fake);
  const connection = connectionTo(fake);
  const client = new CloudFrontClient({ ...connection, region: 'us-east-1' });
  const name = more.name ?? 'shell';
  const made = await client.send(
    new CreateDistributionCommand({ DistributionConfig: configOf({ name, http: more.http ?? 'http2' }) }),
  );
  const id = made.Distribution?.Id ?? fail();
  fake.writes.length = 0;
  const smoked: string[] = [];
  const smoke: SmokeTest = (header, version) => {
    smoked.push(`${header.name} ${version}`);
    return Promise.resolve(true);
  };
  const place = placeOf(parseAppId(name) ?? fail());
  const options = { place, distributionId: id, smoke: more.smoke ?? smoke, connection };
  return { fake, client, id, router: createContinuousDeploymentRouter(options), smoked };
}

function connectionTo(fake: FakeCloudFront) {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return { endpoint: fake.url, credentials, maxAttempts: 1 };
}

function configOf({ name, http }: { readonly name: string; readonly http: HttpVersion }): DistributionConfig {
  const origin = { Id: 'shell', DomainName: 'b.s3.amazonaws.com', OriginPath: `/${name}/v1.0.0` };
  return {
    CallerReference: 'ours',
    Comment: 'MFE Platform',
    Enabled: true,
    HttpVersion: http,
    Staging: false,
    ContinuousDeploymentPolicyId: '',
    Origins: { Quantity: 2, Items: [{ Id: 'remotes', DomainName: 'b.s3.amazonaws.com', OriginPath: '' }, origin] },
    DefaultCacheBehavior: { TargetOriginId: 'shell', ViewerProtocolPolicy: 'redirect-to-https' },
  };
}

const paths = (fake: FakeCloudFront) =>
  [...fake.distributions.values()].map(({ xml }) => /<OriginPath>(\/[^<]+)</.exec(xml)?.[1]);
const policyOf = (fake: FakeCloudFront): string => [...fake.policies.values()][0]?.xml ?? fail();

routerContract({
  name: 'continuous deployment of CloudFront (against our own fake)',
  // The contract's app is a remote; what matters here is that it is the one app of the distribution.
  create: async () => (await setting({ name: 'mfe1' })).router,
});

describe('continuous deployment of CloudFront', () => {
  let at: Setting;
  beforeEach(async () => {
    at = await setting();
  });
  afterEach(async () => at.fake.stop());

  it('copies a staging distribution, attaches it, tries it by a header, and then gives it the weight', async () => {
    await at.router.route(app, pointer(5));
    const [prefix, policy] = [`/2020-05-31/distribution/${at.id}`, '/2020-05-31/continuous-deployment-policy'];
    const [stagingId = ''] = [...at.fake.distributions.keys()].filter((id) => id !== at.id);
    expect(at.fake.writes.map((write) => write.replace(/P\d+$/, 'P').replace(/\?.*/, ''))).toEqual([
      `POST ${prefix}/copy`,
      `PUT /2020-05-31/distribution/${stagingId}/config`,
      `POST ${policy}`,
      `PUT ${prefix}/config`,
      `PUT ${policy}/P`,
      'POST /2020-05-31/tagging',
    ]);
    expect(at.smoked).toEqual(['aws-cf-cd-sluice v1.1.0']);
    expect([tag(policyOf(at.fake), 'Weight'), tag(policyOf(at.fake), 'MaximumTTL')]).toEqual(['0.05', '3600']);
    expect(paths(at.fake)).toEqual(['/shell/v1.0.0', '/shell/v1.1.0']);
    expect(await at.router.served(app)).toMatchObject({ version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 5 });
  });

  it('changes the weight alone, up to 15 %, without another trial', async () => {
    await at.router.route(app, pointer(5));
    at.fake.writes.length = 0;
    await at.router.route(app, pointer(15, { generation: 4 }));
    expect(at.fake.writes).toHaveLength(2);
    expect(tag(policyOf(at.fake), 'Weight')).toBe('0.15');
    expect(at.smoked).toHaveLength(1);
  });

  it.each([15.01, 16, 25, 50, 99])('refuses %s % with the remedy, and changes nothing', async (percent) => {
    await at.router.route(app, pointer(5));
    at.fake.writes.length = 0;
    await expect(at.router.route(app, pointer(percent, { generation: 4 }))).rejects.toMatchObject({
      code: 'weight-capped',
      remedy: expect.stringMatching(/at most 15 %.*router: 'edge'/) as string,
    });
    expect(at.fake.writes).toEqual([]);
    expect(await at.router.served(app)).toMatchObject({ canaryPercent: 5 });
  });

  it.each([{ audience: 'staff' }, { allowList: ['a'] }, { enabledRegions: ['eu'] }])(
    'refuses what it cannot do: %o',
    async (finer) => {
      await expect(at.router.route(app, pointer(5, finer))).rejects.toMatchObject({ code: 'router-behind' });
      expect(at.fake.writes).toEqual([]);
    },
  );

  it('an abort stops the share in its first write', async () => {
    await at.router.route(app, pointer(15));
    at.fake.writes.length = 0;
    await at.router.route(app, onlyStable({ generation: 4, blocked: [v2] }));
    expect(at.fake.writes[0]).toContain('PUT /2020-05-31/continuous-deployment-policy/');
    expect([tag(policyOf(at.fake), 'Enabled'), paths(at.fake)[0]]).toEqual(['false', '/shell/v1.0.0']);
    expect(await at.router.served(app)).toMatchObject({ version: 'v1.0.0', canaryVersion: null, generation: 4 });
  });

  it('at 100 % promotes the staging configuration; swapping the pointer after the bake changes nothing', async () => {
    await at.router.route(app, pointer(15));
    at.fake.writes.length = 0;
    await at.router.route(app, pointer(100, { generation: 4 }));
    expect(at.fake.writes[0]).toContain(`${at.id}/promote-staging-config?StagingDistributionId=`);
    expect([paths(at.fake)[0], tag(policyOf(at.fake), 'Enabled')]).toEqual(['/shell/v1.1.0', 'false']);
    expect(await at.router.served(app)).toMatchObject({
      version: 'v1.0.0',
      canaryVersion: 'v1.1.0',
      canaryPercent: 100,
    });
    at.fake.writes.length = 0;
    await at.router.route(app, onlyStable({ version: v2, generation: 5 }));
    expect(at.fake.writes).toEqual([expect.stringContaining('tagging')]);
  });

  it('the next rollout re-enables the policy for the header first; a rollback during its bake sets the path back', async () => {
    await at.router.route(app, pointer(15));
    await at.router.route(app, pointer(100, { generation: 4 }));
    await at.router.route(app, onlyStable({ version: v2, generation: 5 }));
    await at.router.route(app, pointer(10, { version: v2, canaryVersion: v3, generation: 6 }));
    expect(at.smoked).toEqual(['aws-cf-cd-sluice v1.1.0', 'aws-cf-cd-sluice v1.2.0']);
    expect([at.fake.distributions.size, at.fake.policies.size]).toEqual([2, 1]);
    await at.router.route(app, pointer(100, { version: v2, canaryVersion: v3, generation: 7 }));
    await at.router.route(app, onlyStable({ version: v2, generation: 8, blocked: [v3] }));
    expect(paths(at.fake)[0]).toBe('/shell/v1.1.0');
    expect(await at.router.served(app)).toMatchObject({ version: 'v1.1.0', canaryVersion: null, generation: 8 });
  });

  it('goes on from tick to tick while CloudFront deploys, and says meanwhile what is really served', async () => {
    at.fake.deploys = 'later';
    for (let tick = 0; tick < 3; tick += 1) await at.router.route(app, pointer(5));
    expect(at.smoked).toEqual([]);
    expect(await at.router.served(app)).toBeUndefined();
    at.fake.deployAll();
    await at.router.route(app, pointer(5));
    expect(await at.router.served(app)).toMatchObject({ canaryPercent: 5 });
    await at.router.route(app, pointer(100, { generation: 4 }));
    expect(await at.router.served(app)).toMatchObject({ canaryPercent: 0, version: 'v1.1.0' });
    at.fake.deployAll();
    await at.router.route(app, pointer(100, { generation: 4 }));
    expect(await at.router.served(app)).toMatchObject({ canaryPercent: 100, generation: 4 });
  });

  it('sends nobody to a staging distribution that does not answer with the canary', async () => {
    const broken = await setting({ smoke: () => Promise.resolve(false) });
    await expect(broken.router.route(app, pointer(5))).rejects.toThrow(/not answered with v1\.1\.0/);
    expect(tag(policyOf(broken.fake), 'Weight')).toBe('');
  });

  it('refuses a distribution with HTTP/3, with the remedy, before it makes anything', async () => {
    const http3 = await setting({ http: 'http2and3' });
    await expect(http3.router.route(app, pointer(5))).rejects.toMatchObject({
      remedy: expect.stringContaining('http2') as string,
    });
    expect(http3.fake.writes).toEqual([]);
  });

  it('C7 somebody else changed the distribution: what is served is said, and the next tick brings it in line', async () => {
    await at.router.route(app, onlyStable());
    const present = at.fake.distributions.get(at.id) ?? fail();
    present.xml = present.xml.replace('/shell/v1.0.0', '/shell/v1.2.0');
    const served = await at.router.served(app);
    expect([served?.version, served?.generation]).toEqual(['v1.2.0', undefined]);
    await at.router.route(app, onlyStable());
    expect(await at.router.served(app)).toMatchObject({ version: 'v1.0.0', generation: 3 });
  });

  it('is detached before infrastructure code changes the distribution, and attached again by the next tick', async () => {
    await at.router.route(app, pointer(5));
    const place = placeOf(app);
    const smoke: SmokeTest = () => Promise.resolve(true);
    const options = { place, distributionId: at.id, smoke, connection: connectionTo(at.fake) };
    await detachContinuousDeployment(options);
    await detachContinuousDeployment(options);
    expect(tag(at.fake.distributions.get(at.id)?.xml ?? '', 'ContinuousDeploymentPolicyId')).toBe('');
    await at.router.route(app, pointer(5));
    expect(await at.router.served(app)).toMatchObject({ canaryPercent: 5 });
  });
});

const life: readonly (readonly [string, Pointer])[] = [
  ['to 5 %', pointer(5)],
  ['to 15 %', pointer(15, { generation: 4 })],
  ['to 100 %', pointer(100, { generation: 5 })],
  ['to the next canary', pointer(10, { version: v2, canaryVersion: v3, generation: 6 })],
  ['back', onlyStable({ version: v2, generation: 7 })],
];

describe('E18 a crash at any step of continuous deployment', () => {
  it.each(['before', 'after'] as const)(
    '%s each write: the next tick goes on, and ends as without a crash',
    async (when) => {
      const undisturbed = await setting();
      for (const [, wanted] of life) await undisturbed.router.route(app, wanted);
      const writes = undisturbed.fake.writes.length;
      expect(writes).toBeGreaterThan(12);
      for (let crash = 1; crash <= writes; crash += 1) {
        const at = await setting();
        at.fake.crash = (write) => (write === crash ? when : undefined);
        let crashed = 0;
        for (const [what, wanted] of life) {
          await at.router.route(app, wanted).catch(() => (crashed += 1));
          at.fake.crash = crashed > 0 ? () => undefined : at.fake.crash;
          await at.router.route(app, wanted);
          expect(await at.router.served(app), `${what}, crash ${String(crash)}`).toMatchObject({
            version: wanted.version,
            canaryVersion: wanted.canaryVersion,
            canaryPercent: wanted.canaryPercent,
          });
        }
        expect([crashed, at.fake.distributions.size, at.fake.policies.size]).toEqual([1, 2, 1]);
        expect(paths(at.fake)).toEqual(paths(undisturbed.fake));
        await at.fake.stop();
      }
    },
  );
});

describe('our own fake refuses what CloudFront is documented to refuse', () => {
  let at: Setting;
  let staging = '';
  beforeEach(async () => {
    at = await setting();
    await at.router.route(app, pointer(5));
    staging = [...at.fake.distributions.keys()].find((id) => id !== at.id) ?? fail();
  });
  afterEach(async () => at.fake.stop());
  const policy = (Weight: number, Items = [`${staging.toLowerCase()}.cloudfront.net`]) =>
    new CreateContinuousDeploymentPolicyCommand({
      ContinuousDeploymentPolicyConfig: {
        Enabled: true,
        StagingDistributionDnsNames: { Quantity: 1, Items },
        TrafficConfig: { Type: 'SingleWeight', SingleWeightConfig: { Weight } },
      },
    });
  const config = (http: HttpVersion, ContinuousDeploymentPolicyId = ''): DistributionConfig => ({
    ...configOf({ name: 'shell', http }),
    ContinuousDeploymentPolicyId,
  });

  it('a weight of 0.16', async () => {
    await expect(at.client.send(policy(0.16))).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('a policy that leads to no staging distribution, and a second one to the same', async () => {
    await expect(at.client.send(policy(0.1, ['other.example']))).rejects.toThrow(/not a staging distribution/);
    await expect(at.client.send(policy(0.1))).rejects.toMatchObject({ name: 'StagingDistributionInUse' });
  });

  it('a policy that is attached when a distribution is made', async () => {
    const DistributionConfig = config('http2', [...at.fake.policies.keys()][0]);
    await expect(at.client.send(new CreateDistributionCommand({ DistributionConfig }))).rejects.toThrow(/at creation/);
  });

  it('HTTP/3 with a policy', async () => {
    const IfMatch = at.fake.distributions.get(at.id)?.etag;
    const DistributionConfig = config('http3', [...at.fake.policies.keys()][0]);
    const update = new UpdateDistributionCommand({ Id: at.id, IfMatch, DistributionConfig });
    await expect(at.client.send(update)).rejects.toThrow(/HTTP\/3/);
  });

  it('a stale ETag, of a distribution and of a promotion', async () => {
    const stale = new UpdateDistributionCommand({ Id: at.id, IfMatch: 'old', DistributionConfig: config('http2') });
    await expect(at.client.send(stale)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const of = { Id: at.id, StagingDistributionId: staging };
    const promotion = new UpdateDistributionWithStagingConfigCommand({ ...of, IfMatch: 'old, older' });
    await expect(at.client.send(promotion)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('a promotion while a distribution is being deployed', async () => {
    const [primary, other] = [at.fake.distributions.get(at.id), at.fake.distributions.get(staging)];
    if (other !== undefined) other.deployed = false;
    const IfMatch = `${primary?.etag ?? ''}, ${other?.etag ?? ''}`;
    const of = { Id: at.id, StagingDistributionId: staging };
    const promotion = new UpdateDistributionWithStagingConfigCommand({ ...of, IfMatch });
    await expect(at.client.send(promotion)).rejects.toMatchObject({ name: 'IllegalUpdate' });
  });
});
