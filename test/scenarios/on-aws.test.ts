import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFrontClient, CreateKeyValueStoreCommand } from '@aws-sdk/client-cloudfront';
import { createKeyValueRouter } from '@sluice/aws/keyvaluestore';
import { createS3Store, initS3Store } from '@sluice/aws/s3';
import { edgeEntryOf, parseAppId, parseVersionId, placeOf, type Router, type Store } from '@sluice/core';
import { describeWith, ministack, moto, peerCredentials, type RunningPeer } from '@sluice/peers';
import { publishVersion, verifyVersion } from '@sluice/publish';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, done, fail, healthy, minute, tenMinutePlan, type World } from './world.js';

// A whole rollout with S3 as the store and CloudFront's key-value store as the data of the edge; the clock is simulated.

const app = parseAppId('mfe1') ?? fail('mfe1');
const place = placeOf(app);

describeWith([moto, ministack], 'a rollout on AWS', () => {
  const peers: RunningPeer[] = [];
  let folder = '';
  let store: Store;
  let router: Router;
  let world: World;
  beforeAll(async () => {
    const [s3, edge] = await Promise.all([moto.start(), ministack.start()]);
    peers.push(s3, edge);
    folder = await mkdtemp(join(tmpdir(), 'sluice-on-aws-'));
    await fetch(`${s3.url}/mfe-platform`, { method: 'PUT' });
    const at = (endpoint: string) => ({ region: 'us-east-1', endpoint, credentials: peerCredentials });
    const bucket = { bucket: 'mfe-platform', prefix: 'prod', connection: at(s3.url) };
    await initS3Store(bucket);
    store = createS3Store(bucket);
    const cloudfront = new CloudFrontClient(at(edge.url));
    const { KeyValueStore } = await cloudfront.send(new CreateKeyValueStoreCommand({ Name: 'pointers' }));
    router = createKeyValueRouter({ arn: KeyValueStore?.ARN ?? fail('no ARN'), connection: at(edge.url) });
    world = createWorld({
      store,
      disk: store,
      // Fewer and longer slots: what is shown here is not the clock.
      plan: { ...tenMinutePlan, stages: tenMinutePlan.stages.map((stage) => ({ ...stage, soakMs: minute })) },
      more: { routers: [router], problemsOf: (_, name) => verifyVersion({ store, place, version: versionOf(name) }) },
    });
    for (const version of ['v1.0.0', 'v1.1.0', 'v1.2.0']) await publish(version);
  });
  afterAll(async () => {
    for (const peer of peers) await peer.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function versionOf(name: string) {
    return parseVersionId(name) ?? fail(name);
  }

  async function publish(name: string): Promise<void> {
    const dir = join(folder, name);
    await mkdir(dir);
    const remoteEntry = { name: 'remoteEntry.js', path: '' };
    await writeFile(
      join(dir, 'mf-manifest.json'),
      JSON.stringify({ name: 'mfe1', metaData: { publicPath: 'auto', remoteEntry } }),
    );
    await writeFile(join(dir, 'remoteEntry.js'), `export const version = '${name}';\n`);
    const version = versionOf(name);
    const published = await publishVersion({ store, place, kind: 'remote', version, dir, now: world.now });
    expect(published).toMatchObject({ kind: 'published' });
  }

  /** Slots with this traffic until it has ended; the percentages that the edge was given, in order. */
  async function ramp(failed: number): Promise<readonly (number | undefined)[]> {
    const seen: (number | undefined)[] = [];
    for (let slot = 0; slot < 200 && (await world.rollout())?.end === null; slot += 1) {
      const percent = (await router.served(app))?.canaryPercent;
      if (seen.at(-1) !== percent) seen.push(percent);
      await world.closeSlot('mfe1', { ...healthy, canary: { sessions: 20, failed } });
      await world.tick();
    }
    return seen;
  }

  it('A1 A2 publishes, ramps 5, 25, 50, 100 and promotes: store and edge say the same at each stage', async () => {
    done(await world.start('v1.0.0'));
    expect(await router.served(app)).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
    world.pass(60 * minute);
    done(await world.start('v1.1.0'));
    expect(await ramp(0)).toEqual([5, 25, 50, 100]);
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'promoted' });
    const pointer = await world.pointer();
    expect(pointer).toMatchObject({ version: 'v1.1.0', canaryVersion: null, canaryPercent: 0 });
    expect(edgeEntryOf((await router.served(app)) ?? fail('nothing'))).toBe(edgeEntryOf(pointer));
    expect(world.problems).toEqual([]);
  });

  it('D1 takes a bad canary back, in the store and at the edge', async () => {
    world.pass(60 * minute);
    done(await world.start('v1.2.0'));
    expect(await router.served(app)).toMatchObject({ canaryVersion: 'v1.2.0', canaryPercent: 5 });
    await ramp(15);
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'rolled-back' });
    expect(await router.served(app)).toMatchObject({ version: 'v1.1.0', canaryVersion: null, canaryPercent: 0 });
  });

  it('B8 a rollback after promotion reaches the edge by the command alone, without a controller', async () => {
    world.pass(60 * minute);
    done(await world.rollBack());
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
    expect(await router.served(app)).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
    const [status] = [await world.status()];
    expect(status?.served).toMatchObject([{ router: 'edge (key-value store)', state: 'served' }]);
  });
});
