import type { BucketInspection, BucketQuestions } from '@sluice/aws/s3';
import type { Store } from '@sluice/core';
import type { AwsRegion, AwsTarget, Target } from '@sluice/schema';
import { clientOf } from './client.js';

/** The target's store. Throws `store-not-found` and what stores throw. What reaches AWS is loaded for a target there only. */
export async function openStore(target: Target): Promise<Store> {
  if (target.kind === 'local') {
    const { createFolderStore } = await import('@sluice/local');
    return createFolderStore({ root: target.store });
  }
  const { openS3Store } = await import('@sluice/aws/s3');
  return openS3Store(await s3Options(target, target));
}

/** Makes the target's store, where it is not there yet. */
export async function initStore(target: Pick<Target, 'kind' | 'store'> | AwsTarget): Promise<'created' | 'present'> {
  if (!('region' in target)) {
    const { initFolderStore } = await import('@sluice/local');
    return initFolderStore({ root: target.store });
  }
  const { initS3Store } = await import('@sluice/aws/s3');
  return initS3Store(await s3Options(target, target));
}

/** What the bucket of a target in AWS says: `inspectBucket` of @sluice/aws/s3. */
export async function inspectStore(target: AwsTarget, questions: BucketQuestions): Promise<BucketInspection> {
  const { inspectBucket } = await import('@sluice/aws/s3');
  return inspectBucket(await s3Options(target, target), questions);
}

/** A store of the target in S3: its own, or that of a region. */
async function s3Options(target: AwsTarget, place: Pick<AwsRegion, 'store' | 'region' | 'endpoint'>) {
  const { parseS3Url } = await import('@sluice/aws/s3');
  const { region, endpoint } = place;
  return { ...parseS3Url(place.store), account: target.account, connection: { region, endpoint, ...clientOf(target) } };
}

/** The copy of the store in a region. It is not asked here whether it can be reached: the others go on without it. */
export async function regionStore(target: AwsTarget, region: AwsRegion): Promise<Store> {
  const { createS3Store } = await import('@sluice/aws/s3');
  return createS3Store(await s3Options(target, region));
}
