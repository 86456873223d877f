import {
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { DeliveryError, edgeKeysOf, edgeKeysPlace, readEdgeKeys, type SigningKey } from '@sluice/core';
import { failureOf, serviceError } from '../aws-error.js';
import { keyValueClient } from './client.js';
import { mostBytes } from './entry.js';
import type { KeyValueRouterOptions } from './key-value-router.js';

/** The keys that CloudFront's functions sign and verify by, newest first. */
export interface SigningKeys {
  /** None where nothing is written yet, or nothing that is a key. */
  read(): Promise<readonly SigningKey[]>;
  /** The functions follow within seconds. Ingestion must know the keys before. */
  write(keys: readonly SigningKey[]): Promise<void>;
}

const attempts = 20;

/** In the key-value store that has the entries of apps as well, by the permissions that its router needs. */
export function createSigningKeys({ arn, connection = {} }: Omit<KeyValueRouterOptions, 'covers'>): SigningKeys {
  const client = keyValueClient(connection);
  return {
    read: async () => {
      try {
        const { Value = '' } = await client.send(new GetKeyCommand({ KvsARN: arn, Key: edgeKeysPlace }));
        return readEdgeKeys(Value);
      } catch (error) {
        const { name, text } = failureOf(error);
        // The store itself may be what is not there.
        if (name === 'ResourceNotFoundException' && !text.includes(arn)) return [];
        throw serviceError(`Reading the signing keys in the key-value store ${arn}`, error);
      }
    },
    write: async (keys) => {
      const Puts = [{ Key: edgeKeysPlace, Value: fitting(keys) }];
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        try {
          const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn }));
          await client.send(new UpdateKeysCommand({ KvsARN: arn, IfMatch: ETag, Puts }));
          return;
        } catch (error) {
          // The ETag is the whole store's: an app has moved in between.
          const { name, status } = failureOf(error);
          if (name === 'ConflictException' || status === 409 || status === 412) continue;
          throw serviceError(`Writing the signing keys into the key-value store ${arn}`, error);
        }
      }
      throw new DeliveryError({
        code: 'pointer-conflict',
        message: `The key-value store ${arn} was changed by others ${String(attempts)} times while the keys were being written.`,
        remedy: 'Try again.',
      });
    },
  };
}

/** As the functions will read them; what they would leave out is refused here. */
function fitting(keys: readonly SigningKey[]): string {
  const value = edgeKeysOf(keys);
  const fits = new TextEncoder().encode(value).length <= mostBytes;
  if (keys.length > 0 && fits && readEdgeKeys(value).length === keys.length) return value;
  throw new DeliveryError({
    code: 'usage',
    message: 'The functions at CloudFront could not sign by these keys.',
    remedy: `Give each an id of 1 to 16 of a-z and 0-9 and a secret of at least 32 characters; together they have ${String(mostBytes)} bytes.`,
  });
}
