import type { Router, Store } from '@sluice/core';
import type { RegionRouterOptions } from '@sluice/publish';
import type { AwsTarget } from '@sluice/schema';
import type { LoadedConfig } from '../load-config.js';
import { regionStore } from './store.js';

/** What is written after pointer and index: the regions of the target, and what the edge reads. None for a local target. */
export async function routersOf({ target, config }: LoadedConfig, home: Store): Promise<readonly Router[]> {
  if (target.kind === 'local') return [];
  const places = config.apps.map(({ place }) => place);
  const regions = await regionRouters(target, { home, places, sampleRate: config.sampleRate });
  return [...regions, ...(await edgeRouters(target))];
}

/** The CloudFront Function reads the key-value store, for every app: it answers paths without a version as well. */
async function edgeRouters({ keyValueStore, role }: AwsTarget): Promise<readonly Router[]> {
  if (keyValueStore === undefined) return [];
  const { createKeyValueRouter } = await import('@sluice/aws/keyvaluestore');
  const { arn, endpoint } = keyValueStore;
  return [createKeyValueRouter({ arn, connection: { endpoint, role, region: 'us-east-1' } })];
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
