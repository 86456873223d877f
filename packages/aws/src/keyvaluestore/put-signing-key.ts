import { DescribeKeyValueStoreCommand, PutKeyCommand } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { DeliveryError, type SigningKey } from '@sluice/core';
import { failureOf, serviceError } from '../aws-error.js';
import { keyValueClient } from './client.js';
import { mostBytes } from './entry.js';
import type { KeyValueRouterOptions } from './key-value-router.js';

/** No app can be called so. */
const place = 'sluice';
const attempts = 20;

/**
 * From now on CloudFront's functions sign by this key, within seconds; what was signed before by another is left as it is
 * until half of its time has gone. Ingestion must know the key before the store does.
 */
export async function putSigningKey(
  { arn, connection = {} }: Omit<KeyValueRouterOptions, 'covers'>,
  key: SigningKey,
): Promise<void> {
  const client = keyValueClient(connection);
  const Value = valueOf(key);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn }));
      await client.send(new PutKeyCommand({ KvsARN: arn, IfMatch: ETag, Key: place, Value }));
      return;
    } catch (error) {
      // The ETag is the whole store's: another app has moved in between.
      const { name, status } = failureOf(error);
      if (name === 'ConflictException' || status === 409 || status === 412) continue;
      throw serviceError(`Writing the signing key into the key-value store ${arn}`, error);
    }
  }
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `The key-value store ${arn} was changed by others ${String(attempts)} times while the key was being written.`,
    remedy: 'Try again.',
  });
}

/** Of a dated key only what the functions need. */
function valueOf({ id, secret }: SigningKey): string {
  const value = JSON.stringify({ id, secret });
  const fits = new TextEncoder().encode(value).length <= mostBytes;
  if (/^[a-z0-9]{1,16}$/.test(id) && secret.length >= 32 && fits) return value;
  throw new DeliveryError({
    code: 'usage',
    message: 'The functions at CloudFront could not sign by this key.',
    remedy: 'Give it an id of 1 to 16 of a-z and 0-9, and a secret of 32 to 800 characters.',
  });
}
