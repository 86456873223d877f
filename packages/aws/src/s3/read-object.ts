import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { StoredObject } from '@sluice/core';
import { failureOf } from '../aws-error.js';
import type { Bucket } from './bucket.js';
import { storeError } from './s3-error.js';

/** The SDK tries again what fails before the answer begins; an answer that is cut off it does not. */
const attempts = 3;

export async function readObject(bucket: Bucket, key: string): Promise<StoredObject | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readOnce(bucket, key);
    } catch (error) {
      const { name, status } = failureOf(error);
      if (name === 'NoSuchKey' || (status === 404 && name !== 'NoSuchBucket')) return undefined;
      if (attempt === attempts || status !== 200) throw storeError(bucket, 'read', error);
    }
  }
}

async function readOnce({ client, address, prefix }: Bucket, key: string): Promise<StoredObject> {
  // With the checksum that the object was written with: the SDK compares it with the bytes that arrive.
  const command = new GetObjectCommand({ ...address, Key: `${prefix}${key}`, ChecksumMode: 'ENABLED' });
  const { Body, ETag = '' } = await client.send(command);
  try {
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: etagOf(ETag) };
  } catch (cause) {
    throw Object.assign(new Error('the answer was cut off', { cause }), { $metadata: { httpStatusCode: 200 } });
  }
}

/** Without the quotes; opaque in all else. */
export function etagOf(header: string): string {
  return header.replaceAll('"', '');
}
