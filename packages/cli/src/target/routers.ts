import type { AppId, Router, Store } from '@sluice/core';
import type { RegionRouterOptions } from '@sluice/publish';
import type { AwsTarget, ConfigApp } from '@sluice/schema';
import type { LoadedConfig } from '../load-config.js';
import { regionStore } from './store.js';
import { clientOf } from './client.js';

/** What is written after pointer and index: regions of the target, and the routers of its apps. None for a local target. */
export async function routersOf({ target, config }: LoadedConfig, home: Store): Promise<readonly Router[]> {
  if (target.kind === 'local') return [];
  const places = config.apps.map(({ place }) => place);
  const routers = await Promise.all([
    regionRouters(target, { home, places, sampleRate: config.sampleRate }),
    edgeRouters(target, config.apps),
    appConfigRouters(target, config.apps, home),
    continuousRouters(target, config.apps),
  ]);
  return routers.flat();
}

type Apps = readonly ConfigApp[];

/** Apps that have this router, as a question about their names. */
function having(apps: Apps, router: ConfigApp['router']): (app: AppId) => boolean {
  const names = apps.filter((one) => one.router === router).map(({ place }) => place.app);
  return (app) => names.includes(app);
}

/**
 * The CloudFront Function reads the key-value store, for every app: it answers paths without a version as well. But not
 * for a shell that CloudFront itself shares out.
 */
async function edgeRouters(target: AwsTarget, apps: Apps): Promise<readonly Router[]> {
  if (target.keyValueStore === undefined) return [];
  const { createKeyValueRouter } = await import('@sluice/aws/keyvaluestore');
  const { arn, endpoint } = target.keyValueStore;
  const deployed = having(apps, 'cloudfront-continuous-deployment');
  const connection = { endpoint, ...clientOf(target), region: 'us-east-1' };
  return [createKeyValueRouter({ arn, connection, covers: (app) => !deployed(app) })];
}

async function appConfigRouters(target: AwsTarget, apps: Apps, publicStore: Store): Promise<readonly Router[]> {
  if (target.appConfig === undefined) return [];
  const { createAppConfigRouter } = await import('@sluice/aws/appconfig');
  const { region = target.region, endpoint, ...place } = target.appConfig;
  const connection = { region, endpoint, ...clientOf(target) };
  return [createAppConfigRouter({ place, connection, publicStore, covers: having(apps, 'appconfig') })];
}

async function continuousRouters(target: AwsTarget, apps: Apps): Promise<readonly Router[]> {
  const deployed = apps.flatMap(({ place, router }) => {
    const settings = router === 'cloudfront-continuous-deployment' ? target.continuousDeployment[place.app] : undefined;
    return settings === undefined ? [] : [{ place, settings }];
  });
  if (deployed.length === 0) return [];
  const { createContinuousDeploymentRouter, createSmokeTest } = await import('@sluice/aws/cloudfront');
  return deployed.map(({ place, settings: { distribution, endpoint, stickySeconds, site = target.site ?? '' } }) =>
    createContinuousDeploymentRouter({
      place,
      distributionId: distribution,
      smoke: createSmokeTest({ site, place }),
      stickySeconds,
      connection: { endpoint, ...clientOf(target) },
    }),
  );
}

async function regionRouters(
  target: AwsTarget,
  about: Omit<RegionRouterOptions, 'region' | 'store'>,
): Promise<readonly Router[]> {
  if (target.regions.length === 0) return [];
  const { createRegionRouter } = await import('@sluice/publish');
  return Promise.all(
    target.regions.map(async (region) =>
      createRegionRouter({ ...about, region: region.name, store: await regionStore(target, region) }),
    ),
  );
}
