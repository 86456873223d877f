import {
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  UpdateKeysCommand,
  type CloudFrontKeyValueStoreClient,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { DeliveryError, type AppId, type Pointer, type Routed, type Router } from '@sluice/core';
import { failureOf, serviceError } from '../aws-error.js';
import type { AwsConnection } from '../connection.js';
import { keyValueClient } from './client.js';
import { fittingEntry, readEntry } from './entry.js';

export interface KeyValueRouterOptions {
  /** ARN of the key-value store. */
  readonly arn: string;
  readonly connection?: AwsConnection | undefined;
  /** The apps that it routes. Default: all. */
  readonly covers?: ((app: AppId) => boolean) | undefined;
}

/** The ETag is the whole store's: whoever writes another app's entry in between makes a write conflict. */
const attempts = 20;
/** "50 keys or 3 MB payload in a single API update request" (AWS, CloudFront, Quotas on key value stores). */
const mostKeys = 50;

/**
 * What the edge decides by: an entry for each app, written by compare-and-swap; apps that move as one in one write. What
 * is served is read from the store itself; CloudFront's edges follow it within seconds (AWS, "Amazon CloudFront
 * KeyValueStore": eventually consistent).
 */
export function createKeyValueRouter({ arn, covers, connection = {} }: KeyValueRouterOptions): Router {
  const store: KeyValueStore = { client: keyValueClient(connection), arn };
  const together = async (routed: readonly Routed[]): Promise<void> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if ((await routeOnce(store, routed)) === 'in-line') return;
    }
    throw new DeliveryError({
      code: 'pointer-conflict',
      message: `The key-value store ${arn} was changed by others ${String(attempts)} times while it was being written.`,
      remedy: 'It is tried again with the next tick.',
    });
  };
  return {
    name: 'edge (key-value store)',
    ...(covers === undefined ? {} : { covers }),
    route: (app, pointer) => together([{ app, pointer }]),
    routeTogether: together,
    served: async (app) => readEntry(await valueOf(store, app)),
  };
}

interface KeyValueStore {
  readonly client: CloudFrontKeyValueStoreClient;
  readonly arn: string;
}

interface Put {
  readonly Key: AppId;
  readonly Value: string;
}

async function routeOnce(store: KeyValueStore, routed: readonly Routed[]): Promise<'in-line' | 'conflict'> {
  // The ETag first: an entry that changes after it is read makes the write conflict.
  const etag = await etagOf(store);
  const puts = (await Promise.all(routed.map((one) => putOf(store, one)))).flat();
  return put(store, puts, etag);
}

/** What has to be written for an app; nothing where its entry is in line, or newer. */
async function putOf(store: KeyValueStore, { app, pointer }: Routed): Promise<readonly Put[]> {
  const present = await valueOf(store, app);
  const before = readEntry(present)?.generation ?? -1;
  if (pointer.generation !== undefined && pointer.generation < before) return [];
  // A human's pointer has none: the entry gets one above its own.
  const value = fittingEntry(app, { ...pointer, generation: pointer.generation ?? before + 1 });
  return present !== undefined && sameButGeneration(present, value, pointer) ? [] : [{ Key: app, Value: value }];
}

/** All of them or none, up to CloudFront's limit; more in several writes, each after the one before. */
async function put(store: KeyValueStore, puts: readonly Put[], etag: string): Promise<'in-line' | 'conflict'> {
  let IfMatch = etag;
  for (let first = 0; first < puts.length; first += mostKeys) {
    const Puts = puts.slice(first, first + mostKeys);
    try {
      const { ETag = '' } = await store.client.send(new UpdateKeysCommand({ KvsARN: store.arn, IfMatch, Puts }));
      IfMatch = ETag;
    } catch (error) {
      const { name, status } = failureOf(error);
      if (name === 'ConflictException' || status === 409 || status === 412) return 'conflict';
      const names = Puts.map(({ Key }) => `"${Key}"`).join(', ');
      throw serviceError(`Writing the entries of ${names} into the key-value store`, error);
    }
  }
  return 'in-line';
}

/** Whether nothing has to be written; the generation of a pointer without one is our own. */
function sameButGeneration(present: string, value: string, pointer: Pointer): boolean {
  if (pointer.generation !== undefined) return present === value;
  const without = (text: string): string => JSON.stringify({ ...(JSON.parse(text) as object), generation: 0 });
  return readEntry(present) !== undefined && without(present) === without(value);
}

async function etagOf({ client, arn }: KeyValueStore): Promise<string> {
  try {
    const { ETag = '' } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn }));
    return ETag;
  } catch (error) {
    throw serviceError(`Looking at the key-value store ${arn}`, error);
  }
}

async function valueOf({ client, arn }: KeyValueStore, app: AppId): Promise<string | undefined> {
  try {
    return (await client.send(new GetKeyCommand({ KvsARN: arn, Key: app }))).Value;
  } catch (error) {
    const { name, text } = failureOf(error);
    // The store itself may be what is not there.
    if (name === 'ResourceNotFoundException' && !text.includes(arn)) return undefined;
    throw serviceError(`Reading the entry of "${app}" in the key-value store`, error);
  }
}
