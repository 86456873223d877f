import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppConfigClient, CreateApplicationCommand, CreateEnvironmentCommand } from '@aws-sdk/client-appconfig';
import { CloudFrontClient, CreateDistributionCommand } from '@aws-sdk/client-cloudfront';
import { FeatureFlagService } from '@sluice/aws/appconfig';
import { parseAppId, type AppId, type Pointer, type Router } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { describeWith, ministack, type RunningPeer } from '@sluice/peers';
import { parseConfig, planOf, type WrittenConfig } from '@sluice/schema';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFakeAppConfig, type FakeAppConfig } from '../../packages/aws/src/appconfig/fake-app-config.fixture.js';
import { startFakeCloudFront, type FakeCloudFront } from '../../packages/aws/src/cloudfront/fake-cloudfront.fixture.js';
import { routersOf } from '../../packages/cli/src/target/routers.js';
import { createWorld, done, fail, healthy, minute, refusedWith, tenMinutePlan, type World } from './world.js';

// Whole rollouts by the routers of AWS that no program of others speaks for: written configuration, the command line's
// own assembly, controller and commands; AppConfig and continuous deployment are our own fakes.

const place = { application: 'mfe-platform', environment: 'production', profile: 'deployment-config' };
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const appOf = (name: string): AppId => parseAppId(name) ?? fail(name);

let appConfig: FakeAppConfig;
let cloudFront: FakeCloudFront;
let site: Server;
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  appConfig = await startFakeAppConfig();
  cloudFront = await startFakeCloudFront();
  site = await startSite();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await appConfig.stop();
  await cloudFront.stop();
  await new Promise((resolve) => site.close(resolve));
});

/** What a distribution serves is what its configuration names: the header leads to the staging one. */
async function startSite(): Promise<Server> {
  const server = createServer((request, response) => {
    const [primary, staging] = [...cloudFront.distributions.values()].map(({ xml }) => originPath(xml));
    const isTrial = request.headers['aws-cf-cd-sluice'] !== undefined;
    response.end(`<script src="${(isTrial ? staging : primary) ?? ''}/assets/index.js"></script>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

const originPath = (xml: string): string | undefined => /<OriginPath>(\/[^<]+)</.exec(xml)?.[1];
const addressOf = (server: Server): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

async function newDistribution(): Promise<string> {
  const client = new CloudFrontClient({ region: 'us-east-1', endpoint: cloudFront.url, credentials });
  const origin = { Id: 'shell', DomainName: 'b.s3.amazonaws.com', OriginPath: '/shell/v1.0.0' };
  const DistributionConfig = {
    CallerReference: 'ours',
    Comment: 'MFE Platform',
    Enabled: true,
    HttpVersion: 'http2' as const,
    Staging: false,
    ContinuousDeploymentPolicyId: '',
    Origins: { Quantity: 1, Items: [origin] },
    DefaultCacheBehavior: { TargetOriginId: 'shell', ViewerProtocolPolicy: 'redirect-to-https' as const },
  };
  const made = await client.send(new CreateDistributionCommand({ DistributionConfig }));
  return made.Distribution?.Id ?? fail('no distribution');
}

/** A world with the routers that the command line makes of a written configuration. */
async function worldOf(at: AppConfigAt = { endpoint: appConfig.url, application: place.application }): Promise<{
  readonly world: World;
  readonly routers: readonly Router[];
  readonly config: ReturnType<typeof configOf>;
}> {
  const written: WrittenConfig = {
    apps: {
      shell: { kind: 'shell', router: 'cloudfront-continuous-deployment', plan: 'shell' },
      mfe1: { kind: 'remote', router: 'appconfig' },
      mfe2: { kind: 'remote', router: 'appconfig' },
    },
    plans: {
      shell: {
        stages: [
          { percent: 5, soak: '1m' },
          { percent: 15, soak: '1m' },
        ],
        bake: '1m',
      },
    },
    groups: { checkout: ['mfe1', 'mfe2'] },
    targets: {
      production: {
        kind: 'aws',
        store: 's3://mfe-platform',
        region: 'us-east-1',
        site: addressOf(site),
        appConfig: { ...place, ...at },
        continuousDeployment: { shell: { distribution: await newDistribution(), endpoint: cloudFront.url } },
      },
    },
  };
  const config = configOf(written);
  const target = config.targets.get('production') ?? fail('no target');
  const store = createMemoryStore();
  const routers = await routersOf({ path: 'sluice.config.ts', config, target }, store);
  const plan = { ...tenMinutePlan, stages: tenMinutePlan.stages.map((stage) => ({ ...stage, soakMs: minute })) };
  const more = { routers, groups: config.groups };
  const world = createWorld({ store, disk: store, apps: ['shell', 'mfe1', 'mfe2'], plan, more });
  for (const app of ['shell', 'mfe1', 'mfe2']) world.publish(app, 'v1.0.0', 'v1.1.0', 'v1.2.0');
  return { world, routers, config };
}

function configOf(written: WrittenConfig) {
  const parsed = parseConfig(written);
  return parsed.kind === 'ok' ? parsed.value : fail(JSON.stringify(parsed.issues));
}

const routerNamed = (routers: readonly Router[], name: string): Router =>
  routers.find((router) => router.name === name) ?? fail(name);

/** Slots with this traffic until the rollout has ended; the shares that the router gave, in order. */
async function ramp(world: World, { app, router, failed = 0 }: { app: string; router: Router; failed?: number }) {
  const seen: (number | undefined)[] = [];
  for (let slot = 0; slot < 400 && (await world.rollout(app))?.end === null; slot += 1) {
    const percent = (await router.served(appOf(app)))?.canaryPercent;
    if (seen.at(-1) !== percent) seen.push(percent);
    await world.closeSlot(app, { ...healthy, canary: { sessions: 20, failed } });
    await world.tick();
  }
  return seen;
}

interface AppConfigAt {
  readonly endpoint: string;
  readonly application: string;
}

/** A life by router appconfig; a server that asks AppConfig sees what was decided, each time. */
async function lifeByAppConfig({ endpoint, application }: AppConfigAt): Promise<World> {
  const { world, routers } = await worldOf({ endpoint, application });
  const router = routerNamed(routers, 'appconfig');
  let nowMs = 0;
  const connection = { endpoint, region: 'us-east-1', credentials };
  const flags = new FeatureFlagService({ place: { ...place, application }, now: () => nowMs, connection });
  const versions = async (): Promise<ReadonlySet<unknown>> => {
    appConfig.state.nowMs = nowMs += minute;
    await flags.refresh();
    expect(flags.problem).toBeUndefined();
    return new Set(Array.from({ length: 200 }, (_, i) => flags.getMfeVersion('mfe1', { subject: `s${String(i)}` })));
  };
  done(await world.start('v1.0.0'));
  expect(await versions()).toEqual(new Set(['v1.0.0']));
  world.pass(60 * minute);
  done(await world.start('v1.1.0'));
  expect(await versions()).toEqual(new Set(['v1.0.0', 'v1.1.0']));
  expect(await ramp(world, { app: 'mfe1', router })).toEqual([5, 25, 50, 100]);
  expect((await world.rollout())?.end).toMatchObject({ outcome: 'promoted' });
  expect(await versions()).toEqual(new Set(['v1.1.0']));
  world.pass(60 * minute);
  done(await world.start('v1.2.0'));
  await ramp(world, { app: 'mfe1', router, failed: 15 });
  expect((await world.rollout())?.end).toMatchObject({ outcome: 'rolled-back' });
  expect(await versions()).toEqual(new Set(['v1.1.0']));
  world.pass(60 * minute);
  // By the command alone, without a controller.
  done(await world.rollBack());
  expect(await versions()).toEqual(new Set(['v1.0.0']));
  return world;
}

describeWith([ministack], 'router appconfig (MiniStack)', () => {
  let peer: RunningPeer;
  beforeAll(async () => {
    peer = await ministack.start();
  });
  afterAll(async () => peer.stop());

  it('A1 A2 D1 B8 publishes, ramps, promotes, takes a bad canary back, rolls back: AppConfig serves the pointer', async () => {
    const client = new AppConfigClient({ region: 'us-east-1', endpoint: peer.url, credentials });
    const { Id } = await client.send(new CreateApplicationCommand({ Name: place.application }));
    await client.send(new CreateEnvironmentCommand({ ApplicationId: Id, Name: place.environment }));
    const world = await lifeByAppConfig({ endpoint: peer.url, application: place.application });
    expect((await world.status()).served).toMatchObject([{ state: 'served', serves: { version: 'v1.0.0' } }]);
    expect(world.problems).toEqual([]);
  });
});

describe('router appconfig', () => {
  it('A1 A2 D1 B8 publishes, ramps, promotes, takes a bad canary back, rolls back: AppConfig serves the pointer each time', async () => {
    const world = await lifeByAppConfig({ endpoint: appConfig.url, application: place.application });
    expect((await world.status()).served).toMatchObject([
      { router: 'appconfig', state: 'served', serves: { version: 'v1.0.0', canaryVersion: null } },
    ]);
    expect(await world.text('appconfig-index.json')).toContain('"version":"v1.0.0"');
    expect(world.problems).toEqual([]);
  });

  it('A10 moves a group in one deployment, and back in one', async () => {
    const { world } = await worldOf();
    for (const app of ['mfe1', 'mfe2']) done(await world.start('v1.0.0', { app }));
    const before = appConfig.state.deployments.length;
    done(await world.startGroup('checkout', { mfe1: 'v1.1.0', mfe2: 'v1.1.0' }));
    expect(appConfig.state.deployments).toHaveLength(before + 1);
    done(await world.rollBack({ app: 'mfe1' }));
    await world.tick();
    expect(appConfig.state.deployments).toHaveLength(before + 2);
    const back = { state: 'served', serves: { canaryVersion: null } };
    expect((await world.status()).served).toMatchObject([
      { app: 'mfe1', ...back },
      { app: 'mfe2', ...back },
    ]);
  });

  it('says what AppConfig really serves while it does not follow', async () => {
    const { world } = await worldOf();
    done(await world.start('v1.0.0'));
    appConfig.state.environments[0]!.Monitors = [{ AlarmArn: 'arn:aws:cloudwatch:us-east-1:1:alarm:a' }];
    const started = done(await world.start('v1.1.0'));
    expect(started.status.served).toMatchObject([
      {
        state: 'behind',
        serves: { version: 'v1.0.0', canaryVersion: null },
        problem: expect.stringContaining('alarm monitors') as string,
      },
    ]);
    appConfig.state.environments[0]!.Monitors = [];
    await world.tick();
    expect((await world.status()).served).toMatchObject([{ state: 'served', percent: 5 }]);
  });
});

describe('router cloudfront-continuous-deployment', () => {
  const primary = (): string | undefined => originPath([...cloudFront.distributions.values()][0]?.xml ?? '');

  it('A1 A2 D1 publishes, tries, ramps 5, 15, 100, promotes, and takes a bad canary back', async () => {
    const { world, routers, config } = await worldOf();
    const router = routerNamed(routers, 'cloudfront-continuous-deployment');
    const shell = config.apps.find(({ place }) => place.app === 'shell') ?? fail('no shell');
    const plan = { ...(planOf(config, shell) ?? fail('no plan')), baseSlotMs: 10_000 };
    done(await world.start('v1.0.0', { app: 'shell', plan }));
    expect(primary()).toBe('/shell/v1.0.0');
    world.pass(60 * minute);
    done(await world.start('v1.1.0', { app: 'shell', plan }));
    expect(await ramp(world, { app: 'shell', router })).toEqual([5, 15, 100]);
    expect((await world.rollout('shell'))?.end).toMatchObject({ outcome: 'promoted' });
    expect([primary(), (await router.served(appOf('shell'))) as Partial<Pointer>]).toMatchObject([
      '/shell/v1.1.0',
      { version: 'v1.1.0', canaryVersion: null },
    ]);
    world.pass(60 * minute);
    done(await world.start('v1.2.0', { app: 'shell', plan }));
    await ramp(world, { app: 'shell', router, failed: 15 });
    expect((await world.rollout('shell'))?.end).toMatchObject({ outcome: 'rolled-back' });
    expect(primary()).toBe('/shell/v1.1.0');
    expect((await world.status('shell')).served).toMatchObject([{ state: 'served', serves: { version: 'v1.1.0' } }]);
    expect(world.problems).toEqual([]);
  });

  it('refuses a plan that it cannot do before anything is written: every stage, and what to use instead', async () => {
    const { world } = await worldOf();
    done(await world.start('v1.0.0', { app: 'shell' }));
    const audience = { weightBp: 0, soakMs: minute, audience: 'staff' };
    const plan = { ...tenMinutePlan, stages: [audience, ...tenMinutePlan.stages] };
    const refused = await world.start('v1.1.0', { app: 'shell', plan });
    expect(refusedWith(refused)).toBe('router-unable');
    expect(refused).toMatchObject({
      error: {
        remedy: expect.stringContaining("at most 15 % before 100 %, or router: 'edge'") as string,
        details: [
          'cloudfront-continuous-deployment: 25 % is more than 15 %, its most.',
          'cloudfront-continuous-deployment: 50 % is more than 15 %, its most.',
          'cloudfront-continuous-deployment: It picks visitors by itself and knows no audience staff.',
        ],
      },
    });
    expect((await world.pointer('shell')).canaryVersion).toBeNull();
    // The same plan is fine for an app of another router.
    done(await world.start('v1.0.0'));
    done(await world.start('v1.1.0'));
  });
});
