import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { canBeginStoreKey, isStoreKey, type ListedObject } from '@sluice/core';
import type { Bucket } from './bucket.js';
import { storeError } from './s3-error.js';

/** All objects whose keys start with the prefix. Consoles leave "folders" behind: what no store can have is left out. */
export async function listObjects(bucket: Bucket, prefix: string): Promise<readonly ListedObject[]> {
  if (!canBeginStoreKey(prefix)) return [];
  const found: ListedObject[] = [];
  try {
    const pages = paginateListObjectsV2(
      { client: bucket.client },
      { ...bucket.address, Prefix: `${bucket.prefix}${prefix}` },
    );
    for await (const { Contents = [] } of pages) {
      for (const { Key = '', Size = 0 } of Contents) {
        const key = Key.slice(bucket.prefix.length);
        if (isStoreKey(key)) found.push({ key, size: Size });
      }
    }
  } catch (error) {
    throw storeError(bucket, 'read', error);
  }
  // S3 sorts by bytes of UTF-8, a store by UTF-16 code units.
  return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
