import { CloudFrontClient, CreateDistributionCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { allMessengers, createController, createMessenger } from '@sluice/controller';
import { invalidatedKey, type Notifier } from '@sluice/core';
import {
  describeWith,
  moto,
  peerCredentials,
  startFaultyProxy,
  type FaultyProxy,
  type RunningPeer,
} from '@sluice/peers';
import { parseConfig } from '@sluice/schema';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { invalidationsOf } from '../../packages/cli/src/serve/invalidations.js';
import { aRunningRollout, done, fail, minute, type World } from './world.js';

// Rollbacks that CloudFront (moto) is told of: by the command line's own assembly, controller and history.

describeWith([moto], 'invalidation on rollback', () => {
  let peer: RunningPeer;
  let proxy: FaultyProxy;
  let client: CloudFrontClient;
  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', peerCredentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', peerCredentials.secretAccessKey);
    peer = await moto.start();
    proxy = await startFaultyProxy(peer.url);
    client = new CloudFrontClient({ region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await proxy.stop();
    await peer.stop();
  });
  beforeEach(() => {
    proxy.decide = () => 'pass';
  });

  async function newDistribution(): Promise<string> {
    const origin = { Id: 'o', DomainName: 'b.s3.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } };
    const DistributionConfig = {
      CallerReference: String(Math.trunc(performance.now() * 1000)),
      Comment: 'MFE Platform',
      Enabled: true,
      Origins: { Quantity: 1, Items: [origin] },
      DefaultCacheBehavior: { TargetOriginId: 'o', ViewerProtocolPolicy: 'redirect-to-https' as const },
    };
    const made = await client.send(new CreateDistributionCommand({ DistributionConfig }));
    return made.Distribution?.Id ?? fail('no distribution');
  }

  async function invalidators(distribution: string, invalidate?: 'on-rollback'): Promise<readonly Notifier[]> {
    const base = { kind: 'aws', store: 's3://mfe-platform', region: 'us-east-1', endpoint: proxy.url } as const;
    const aws = { ...base, distribution: 'E2QWRUHAPOMQZL' };
    const production = invalidate === undefined ? aws : { ...aws, invalidate };
    const parsed = parseConfig({ apps: { mfe1: { kind: 'remote' } }, targets: { production } });
    const config = parsed.kind === 'ok' ? parsed.value : fail(JSON.stringify(parsed));
    const target = config.targets.get('production') ?? fail('no target');
    if (target.kind !== 'aws') return fail('not on AWS');
    // moto gives ids that CloudFront never would.
    return invalidationsOf({ path: '', config, target: { ...target, distribution } });
  }
  const made = async (DistributionId: string): Promise<number> =>
    (await client.send(new ListInvalidationsCommand({ DistributionId }))).InvalidationList?.Quantity ?? 0;

  /** A controller as `sluice serve` has it: people are told by a messenger of their own. */
  function following(world: World, notifiers: readonly Notifier[]) {
    const told: string[] = [];
    const problems: string[] = [];
    const onProblem = ({ error }: { readonly error: unknown }): number => problems.push(String(error));
    const people: Notifier = { name: 'people', send: ({ title }) => Promise.resolve(void told.push(title)) };
    const { platform, source } = world;
    const messenger = allMessengers([
      createMessenger({ platform, notifiers: [people], onProblem }),
      createMessenger({ platform, notifiers, onProblem, progressKey: invalidatedKey }),
    ]);
    const controller = createController({ platform, source, messenger, onProblem });
    const tick = async (): Promise<void> => {
      await controller.tick();
      await messenger.idle();
    };
    return { tick, told, problems };
  }

  it('E13 is off where nobody asks for it', async () => {
    expect(await invalidators('E2QWRUHAPOMQZL')).toEqual([]);
  });

  it('E13 comes after the rollback, for pointer and index; not after what is no rollback', async () => {
    const distribution = await newDistribution();
    const world = await aRunningRollout();
    const { tick } = following(world, await invalidators(distribution, 'on-rollback'));
    await tick();
    expect(await made(distribution)).toBe(0);
    proxy.seen.length = 0;
    done(await world.abort());
    await tick();
    await tick();
    expect(await made(distribution)).toBe(1);
    expect(proxy.seen.map(({ url }) => url)).toEqual([`/2020-05-31/distribution/${distribution}/invalidation`]);
  });

  it('E13 throttled: the rollback is done, people are told, and it is tried again until it is made', async () => {
    const distribution = await newDistribution();
    const world = await aRunningRollout();
    const { tick, told, problems } = following(world, await invalidators(distribution, 'on-rollback'));
    proxy.decide = () => ({ kind: 'refused', status: 400, code: 'TooManyInvalidationsInProgress' });
    done(await world.abort());
    await tick();
    expect(await world.entry()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
    expect(told.at(-1)).toBe('mfe1 v1.1.0 was aborted: v1.0.0 is stable');
    expect(problems.at(-1)).toContain('too many invalidations');
    world.pass(minute);
    done(await world.start('v1.2.0'));
    await tick();
    expect(told.at(-1)).toContain('v1.2.0 is on trial');
    proxy.decide = () => 'pass';
    world.pass(minute);
    await tick();
    expect(await made(distribution)).toBe(1);
  });

  it('E13 a controller that died before it was made: the next one makes it', async () => {
    const distribution = await newDistribution();
    const world = await aRunningRollout();
    done(await world.abort());
    const { tick } = following(world, await invalidators(distribution, 'on-rollback'));
    await tick();
    expect(await made(distribution)).toBe(1);
    const again = following(world, await invalidators(distribution, 'on-rollback'));
    await again.tick();
    expect(await made(distribution)).toBe(1);
  });
});
