import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { checkStoreKey, DeliveryError, storeMarkerKey, type Store } from '@sluice/core';
import { bucketOf, type Bucket, type S3StoreOptions } from './bucket.js';
import { listObjects } from './list-objects.js';
import { readObject } from './read-object.js';
import { storeError } from './s3-error.js';
import { writeObject } from './write-object.js';

/** As many as the SDK has sockets for: a request that waits for one counts as one that finds no connection. */
const atOnce = 48;

/**
 * A store in S3 or in whatever speaks its language, conditional writes included (AWS, "Add preconditions to S3
 * operations with conditional requests"). Files of a version are written once and never overwritten.
 */
export function createS3Store(options: S3StoreOptions): Store {
  const bucket = bucketOf(options);
  const limited = pLimit(atOnce);
  return {
    read: async (key) => (checkStoreKey(key), limited(() => readObject(bucket, key))),
    write: async (key, bytes, condition) => {
      // Ours from here on: the caller may use its buffer again while this write waits for its turn.
      const write = { key: checkStoreKey(key), bytes: bytes.slice(), condition };
      return limited(() => writeObject(bucket, write));
    },
    list: async (prefix) => limited(() => listObjects(bucket, prefix)),
    remove: async (key) => (checkStoreKey(key), limited(() => removeObject(bucket, key))),
  };
}

/** The store that is there; throws `store-not-found` where the bucket, or the marker in it, is not. */
export async function openS3Store(options: S3StoreOptions): Promise<Store> {
  const store = createS3Store(options);
  if ((await store.read(storeMarkerKey)) !== undefined) return store;
  const { url } = bucketOf(options);
  throw new DeliveryError({
    code: 'store-not-found',
    message: `${url} is not a Sluice store: there is no ${storeMarkerKey} in it.`,
    remedy: 'Make one with `sluice init --target <name>`, or correct `store` of the target in sluice.config.',
  });
}

/** Makes a folder of a bucket a store. What is there already stays: the brief's layout can be taken over as it is. */
export async function initS3Store(options: S3StoreOptions): Promise<'created' | 'present'> {
  const bytes = new TextEncoder().encode('{ "schema": 1 }\n');
  const { kind } = await createS3Store(options).write(storeMarkerKey, bytes, { kind: 'absent' });
  return kind === 'written' ? 'created' : 'present';
}

async function removeObject(bucket: Bucket, key: string): Promise<void> {
  try {
    await bucket.client.send(new DeleteObjectCommand({ ...bucket.address, Key: `${bucket.prefix}${key}` }));
  } catch (error) {
    throw storeError(bucket, 'write', error);
  }
}
