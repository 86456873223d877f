import { routerContract } from '@sluice/contracts';
import { appConfigIndexKey, type Pointer, type Router, type Store } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { describeWith, ministack, type RunningPeer } from '@sluice/peers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAppConfigRouter, type AppConfigRouterOptions } from './app-config-router.js';
import { appOf, briefPlace, connectionTo, mfe1, newPlace, pointer, versionOf } from './app-config.fixture.js';
import { createConfigurationPoll } from './configuration-poll.js';
import { deploymentSchema, mostSchemaCharacters } from './deployment-schema.js';
import { startFakeAppConfig, type FakeAppConfig } from './fake-app-config.fixture.js';

describeWith([ministack], 'in MiniStack', () => {
  let peer: RunningPeer;
  let made = 0;
  beforeAll(async () => {
    peer = await ministack.start();
  });
  afterAll(async () => peer.stop());

  const freshPlace = () => newPlace(peer.url, `mfe-platform-${String((made += 1))}`);
  const routerAt = (place: AppConfigRouterOptions['place']): Router =>
    createAppConfigRouter({ place, connection: connectionTo(peer.url), now: () => (made += 10_000) });

  routerContract({ name: 'AppConfig (MiniStack)', create: async () => routerAt(await freshPlace()) });

  it('makes profile, validator and strategy once, and a server sees what was deployed', async () => {
    const place = await freshPlace();
    await routerAt(place).route(mfe1, pointer({ generation: 3 }));
    await routerAt(place).route(appOf('mfe2'), pointer({ generation: 9 }));
    const poll = createConfigurationPoll({ place, connection: connectionTo(peer.url), now: () => 0 });
    await poll.refresh();
    expect(poll.problem()).toBeUndefined();
    expect(JSON.parse(poll.text() ?? '')).toEqual({
      schema: 1,
      deployments: {
        mfe1: { activeVersion: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 5, generation: 3 },
        mfe2: { activeVersion: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 5, generation: 9 },
      },
    });
  });
});

describe('AppConfig (our own fake)', () => {
  let fake: FakeAppConfig;
  beforeEach(async () => {
    fake = await startFakeAppConfig();
  });
  afterEach(async () => fake.stop());

  const routerAt = (more: Partial<AppConfigRouterOptions> = {}): Router =>
    createAppConfigRouter({
      place: briefPlace,
      connection: connectionTo(fake.url),
      wait: () => Promise.resolve(),
      now: () => (fake.state.nowMs += 10_000),
      ...more,
    });
  const profile = () => fake.state.profiles[0] ?? expect.fail('no profile');
  const newest = (): unknown => JSON.parse(profile().versions.get(profile().last)?.toString() ?? 'null');

  routerContract({
    name: 'AppConfig (our own fake)',
    create: async () => {
      const own = await startFakeAppConfig();
      fakes.push(own);
      return createAppConfigRouter({
        place: briefPlace,
        connection: connectionTo(own.url),
        now: () => (clock += 10_000),
      });
    },
  });
  const fakes: FakeAppConfig[] = [];
  let clock = 0;
  afterAll(async () => {
    for (const own of fakes) await own.stop();
  });

  it('deploys to all at once without bake, by a strategy of our own, with a schema at the profile', async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    expect(fake.state.strategies).toMatchObject([
      { Name: 'sluice-all-at-once', DeploymentDurationInMinutes: 0, GrowthFactor: 100, FinalBakeTimeInMinutes: 0 },
    ]);
    expect(profile().Validators).toEqual([{ Type: 'JSON_SCHEMA', Content: deploymentSchema }]);
    expect(deploymentSchema.length).toBeLessThan(mostSchemaCharacters);
    expect(fake.state.deployments).toMatchObject([{ number: 1, version: 1, state: 'COMPLETE' }]);
  });

  it('C4 writes nothing where it is in line, also after others wrote', async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    await routerAt().route(appOf('mfe2'), pointer({ generation: 7 }));
    fake.writes.length = 0;
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    await routerAt().route(mfe1, pointer({ generation: 2, canaryPercent: 50 }));
    expect(fake.writes).toEqual([]);
  });

  it("C7 takes a human's pointer without a generation, one above its own, once", async () => {
    await routerAt().route(mfe1, pointer({ generation: 7 }));
    const human = pointer({ canaryVersion: null, canaryPercent: 0 });
    await routerAt().route(mfe1, human);
    await routerAt().route(mfe1, human);
    expect(await routerAt().served(mfe1)).toMatchObject({ canaryPercent: 0, generation: 8 });
    expect(fake.state.deployments).toHaveLength(2);
  });

  it('moves apps of a group in one deployment', async () => {
    const both = [mfe1, appOf('mfe2')].map((app) => ({ app, pointer: pointer({ generation: 4 }) }));
    await routerAt().routeTogether?.(both);
    expect(fake.state.deployments).toHaveLength(1);
    expect(newest()).toMatchObject({ deployments: { mfe1: { generation: 4 }, mfe2: { generation: 4 } } });
  });

  it('refuses an environment with alarm monitors, and says how to take them off', async () => {
    fake.state.environments[0]!.Monitors = [
      { AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:mfe1-error-rate' },
    ];
    await expect(routerAt().route(mfe1, pointer())).rejects.toMatchObject({
      code: 'router-behind',
      remedy: expect.stringContaining(
        "update-environment --application-id app0001 --environment-id env0001 --monitors '[]'",
      ) as string,
    });
    expect(fake.state.deployments).toEqual([]);
  });

  it.each([
    ['application', 'There is no application "other"', 'aws appconfig create-application --name other'],
    ['environment', 'has no environment "other"', 'create-environment --application-id app0001 --name other'],
  ])('says which %s is missing, and how to make it', async (part, message, remedy) => {
    const router = routerAt({ place: { ...briefPlace, [part]: 'other' } });
    const told = {
      message: expect.stringContaining(message) as string,
      remedy: expect.stringContaining(remedy) as string,
    };
    await expect(router.route(mfe1, pointer())).rejects.toMatchObject(told);
    await expect(router.served(mfe1)).rejects.toMatchObject(told);
  });

  it('waits for a deployment that is under way: AppConfig takes one at a time', async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    fake.state.looksUntilDone = 3;
    await routerAt().route(mfe1, pointer({ generation: 4, canaryPercent: 25 }));
    expect(await routerAt().served(mfe1)).toMatchObject({ canaryPercent: 25, generation: 4 });
    expect(fake.state.deployments.map(({ state }) => state)).toEqual(['COMPLETE', 'COMPLETE']);
  });

  it('ends early where AppConfig takes longer, and serves what it had; the next tick goes on', async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    fake.state.looksUntilDone = 30;
    const back = pointer({ generation: 4, canaryVersion: null, canaryPercent: 0 });
    await routerAt().route(mfe1, back);
    expect(await routerAt().served(mfe1)).toMatchObject({ canaryPercent: 5, generation: 3 });
    for (let tick = 0; tick < 3; tick += 1) await routerAt().route(mfe1, back);
    expect(await routerAt().served(mfe1)).toMatchObject({ canaryPercent: 0, generation: 4 });
    expect(fake.state.deployments).toHaveLength(2);
  });

  it('C5 of writers of several apps none loses', async () => {
    await routerAt().route(appOf('app0'), pointer({ generation: 3 }));
    fake.state.looksUntilDone = 1;
    const names = Array.from({ length: 5 }, (_, i) => appOf(`app${String(i)}`));
    for (let tick = 0; tick < 3; tick += 1) {
      await Promise.all(names.map((name) => routerAt().route(name, pointer({ generation: 4 }))));
    }
    const served = await Promise.all(names.map((name) => routerAt().served(name)));
    expect(served.map((one) => one?.generation)).toEqual([4, 4, 4, 4, 4]);
  });

  it("says that somebody else's deployment is in the way, which may take an hour, and how to stop it", async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    const strategy = {
      Id: 's',
      Name: 'slow',
      DeploymentDurationInMinutes: 60,
      GrowthFactor: 10,
      GrowthType: 'LINEAR',
      FinalBakeTimeInMinutes: 10,
    };
    const other = { ...profile(), Id: 'flags01', Name: 'flags' };
    fake.state.deployments.push({
      number: 2,
      environment: 'env0001',
      profile: other,
      version: 1,
      strategy,
      state: 'DEPLOYING',
    });
    await expect(routerAt().route(mfe1, pointer({ generation: 4 }))).rejects.toMatchObject({
      code: 'router-behind',
      message: expect.stringContaining('Deployment 2 of "flags" is deploying') as string,
      remedy: expect.stringContaining('stop-deployment --deployment-number 2') as string,
    });
    expect(await routerAt().served(mfe1)).toMatchObject({ generation: 3 });
  });

  it.each(['ROLLED_BACK', 'REVERTED'] as const)(
    'a deployment that is %s is not served, and made again',
    async (state) => {
      await routerAt().route(mfe1, pointer({ generation: 3 }));
      await routerAt().route(mfe1, pointer({ generation: 4, canaryPercent: 0 }));
      fake.state.deployments[1]!.state = state;
      expect(await routerAt().served(mfe1)).toMatchObject({ generation: 3 });
      await routerAt().route(mfe1, pointer({ generation: 4, canaryPercent: 0 }));
      expect(await routerAt().served(mfe1)).toMatchObject({ generation: 4 });
    },
  );

  it('keeps what is not ours in the document, and refuses one that it cannot read', async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    const written = newest() as { deployments: object };
    const featureFlags = { newCheckoutFlow: { enabled: true, percentage: 25, allowList: ['user-123'] } };
    const shell = { activeVersion: 'v3.1.0' };
    const deployments = { ...written.deployments, shell };
    profile().versions.set(
      (profile().last += 1),
      Buffer.from(JSON.stringify({ ...written, deployments, featureFlags })),
    );
    await routerAt().route(mfe1, pointer({ generation: 4 }));
    expect(newest()).toMatchObject({ featureFlags, deployments: { shell, mfe1: { generation: 4 } } });
    expect(await routerAt().served(appOf('shell'))).toMatchObject({ version: 'v3.1.0', canaryVersion: null });
    profile().versions.set((profile().last += 1), Buffer.from('enabled: yes'));
    await expect(routerAt().route(mfe1, pointer({ generation: 5 }))).rejects.toMatchObject({
      code: 'document-invalid',
    });
    profile().versions.set((profile().last += 1), Buffer.from('{"schema":2,"deployments":{}}'));
    await expect(routerAt().route(mfe1, pointer({ generation: 5 }))).rejects.toMatchObject({ code: 'schema-unknown' });
  });

  it("its validator refuses what a human deploys by mistake, and takes the brief's own document", async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    profile().versions.set((profile().last += 1), Buffer.from('{"deployments":{"mfe1":{"canaryPercent":500}}}'));
    await expect(routerAt().route(appOf('mfe2'), pointer({ generation: 1 }))).rejects.toMatchObject({
      message: expect.stringContaining('activeVersion') as string,
    });
    const brief = {
      deployments: {
        mfe1: { activeVersion: 'v1.2.0', canaryVersion: 'v1.3.0', canaryPercent: 5, enabledRegions: ['us-east-1'] },
        mfe2: { activeVersion: 'v2.0.0', canaryVersion: null, canaryPercent: 0 },
        shell: { activeVersion: 'v3.1.0' },
      },
      featureFlags: { newCheckoutFlow: { enabled: true, percentage: 25, allowList: ['user-123'] } },
    };
    profile().versions.set((profile().last += 1), Buffer.from(JSON.stringify(brief)));
    await routerAt().route(
      mfe1,
      pointer({ version: versionOf('v1.2.0'), canaryVersion: versionOf('v1.3.0'), enabledRegions: ['us-east-1'] }),
    );
    expect(await routerAt().served(mfe1)).toMatchObject({ version: 'v1.2.0' });
  });

  it('leaves the validator of somebody else, and refuses where there is no room for ours', async () => {
    const theirs = { Type: 'LAMBDA', Content: 'arn:aws:lambda:us-east-1:123456789012:function:check' };
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    profile().Validators = [theirs, { Type: 'JSON_SCHEMA', Content: '{"title":"Sluice: deployments"}' }];
    await routerAt().route(mfe1, pointer({ generation: 4 }));
    expect(profile().Validators).toEqual([theirs, { Type: 'JSON_SCHEMA', Content: deploymentSchema }]);
    profile().Validators = [theirs, { ...theirs, Content: `${theirs.Content}2` }];
    await expect(routerAt().route(mfe1, pointer({ generation: 5 }))).rejects.toThrow(/2 validators that are not ours/);
  });

  it('a configuration above 1 MB is refused before it is sent, with what to shorten', async () => {
    const allowList = Array.from({ length: 30_000 }, () => 'x'.repeat(40));
    await expect(routerAt().route(mfe1, pointer({ generation: 3, allowList }))).rejects.toMatchObject({
      code: 'router-behind',
      message: expect.stringContaining('at most 1000000') as string,
    });
    expect(fake.writes.filter((name) => name.endsWith('versions'))).toEqual([]);
  });

  it('a strategy of our name that somebody changed is put right: a bake is a time in which alarms revert', async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    Object.assign(fake.state.strategies[0] ?? {}, { FinalBakeTimeInMinutes: 10 });
    await routerAt().route(mfe1, pointer({ generation: 4 }));
    expect(fake.state.strategies).toMatchObject([{ FinalBakeTimeInMinutes: 0 }]);
    expect(fake.state.deployments).toMatchObject([{ state: 'COMPLETE' }, { state: 'COMPLETE' }]);
  });

  it('keeps the newest hundred versions of the configuration', async () => {
    await routerAt().route(mfe1, pointer({ generation: 3 }));
    const text = profile().versions.get(1) ?? Buffer.alloc(0);
    while (profile().last < 104) profile().versions.set((profile().last += 1), text);
    await routerAt().route(mfe1, pointer({ generation: 4 }));
    expect([...profile().versions.keys()].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 6),
    );
  });

  describe('for browsers', () => {
    let store: Store;
    beforeEach(() => {
      store = createMemoryStore();
    });
    const shown = async (): Promise<unknown> =>
      JSON.parse(new TextDecoder().decode((await store.read(appConfigIndexKey))?.bytes)) as unknown;

    it('writes the deployments alone into the store, as an index: no flags, nothing that is for people', async () => {
      const router = routerAt({ publicStore: store });
      await router.route(mfe1, pointer({ generation: 3, metadata: { deployedBy: 'someone' } }));
      const document = { ...(newest() as object), featureFlags: { secret: { allowList: ['user-123'] } } };
      profile().versions.set((profile().last += 1), Buffer.from(JSON.stringify(document)));
      await router.route(mfe1, pointer({ generation: 4 }));
      expect(await shown()).toEqual({
        schema: 1,
        apps: {
          mfe1: { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 5, generation: 4, lastUpdated: '' },
        },
      });
    });

    it('E18 a crash before it is written leaves the router behind, and the next tick writes it', async () => {
      await routerAt().route(mfe1, pointer({ generation: 3 }));
      const router = routerAt({ publicStore: store });
      expect(await router.served(mfe1)).toBeUndefined();
      await router.route(mfe1, pointer({ generation: 3 }));
      expect(await router.served(mfe1)).toMatchObject({ generation: 3 });
    });
  });

  describe('a crash', () => {
    const life: readonly Pointer[] = [
      pointer({ generation: 3 }),
      pointer({ generation: 4, canaryPercent: 25 }),
      pointer({ generation: 5, canaryVersion: null, canaryPercent: 0 }),
    ];

    async function live(fate: 'refused' | 'lost', at: number): Promise<number> {
      const own = await startFakeAppConfig();
      let count = 0;
      own.decide = () => ((count += 1) === at ? fate : 'pass');
      const router = (): Router =>
        createAppConfigRouter({
          place: briefPlace,
          connection: connectionTo(own.url),
          wait: () => Promise.resolve(),
          now: () => 0,
        });
      for (const wanted of life) {
        // Whoever crashed forgets everything.
        await router()
          .route(mfe1, wanted)
          .catch(() => router().route(mfe1, wanted));
        const served = await router()
          .served(mfe1)
          .catch(() => router().served(mfe1));
        expect(served).toMatchObject({ generation: wanted.generation, canaryPercent: wanted.canaryPercent });
      }
      expect([own.state.profiles.length, own.state.strategies.length]).toEqual([1, 1]);
      expect(own.state.deployments.length).toBe(3);
      await own.stop();
      return count;
    }

    it.each(['refused', 'lost'] as const)(
      'E18 at any request (%s) is gone on from: each step is done once',
      async (fate) => {
        const requests = await live(fate, -1);
        expect(requests).toBeGreaterThan(20);
        for (let at = 1; at <= requests; at += 1) await live(fate, at);
      },
    );
  });
});
