import {
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
  type CloudFrontKeyValueStoreClient,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { DeliveryError, type AppId, type Pointer, type Router } from '@sluice/core';
import { failureOf, serviceError } from '../aws-error.js';
import type { AwsConnection } from '../connection.js';
import { keyValueClient } from './client.js';
import { entryOf, readEntry } from './entry.js';

export interface KeyValueRouterOptions {
  /** ARN of the key-value store. */
  readonly arn: string;
  readonly connection?: AwsConnection | undefined;
  /** The apps that it routes. Default: all. */
  readonly covers?: ((app: AppId) => boolean) | undefined;
}

/** The ETag is the whole store's: whoever writes another app's entry in between makes a write conflict. */
const attempts = 20;

/**
 * What the edge decides by: an entry for each app, written by compare-and-swap. What is served is read from the store
 * itself; CloudFront's edges follow it within seconds (AWS, "Amazon CloudFront KeyValueStore": eventually consistent).
 */
export function createKeyValueRouter({ arn, covers, connection = {} }: KeyValueRouterOptions): Router {
  const store: KeyValueStore = { client: keyValueClient(connection), arn };
  return {
    name: 'edge (key-value store)',
    ...(covers === undefined ? {} : { covers }),
    route: async (app, pointer) => {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        if ((await routeOnce(store, app, pointer)) === 'in-line') return;
      }
      throw new DeliveryError({
        code: 'pointer-conflict',
        message: `The key-value store ${arn} was changed by others ${String(attempts)} times while it was being written.`,
        remedy: 'It is tried again with the next tick.',
      });
    },
    served: async (app) => readEntry(await valueOf(store, app)),
  };
}

interface KeyValueStore {
  readonly client: CloudFrontKeyValueStoreClient;
  readonly arn: string;
}

async function routeOnce(store: KeyValueStore, app: AppId, pointer: Pointer): Promise<'in-line' | 'conflict'> {
  // The ETag first: an entry that changes after it is read makes the write conflict.
  const etag = await etagOf(store);
  const present = await valueOf(store, app);
  const before = readEntry(present)?.generation ?? -1;
  if (pointer.generation !== undefined && pointer.generation < before) return 'in-line';
  // A human's pointer has none: the entry gets one above its own.
  const value = entryOf(app, { ...pointer, generation: pointer.generation ?? before + 1 });
  if (present !== undefined && sameButGeneration(present, value, pointer)) return 'in-line';
  try {
    await store.client.send(new PutKeyCommand({ KvsARN: store.arn, Key: app, Value: value, IfMatch: etag }));
    return 'in-line';
  } catch (error) {
    const { name, status } = failureOf(error);
    if (name === 'ConflictException' || status === 409 || status === 412) return 'conflict';
    throw serviceError(`Writing the entry of "${app}" into the key-value store`, error);
  }
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
