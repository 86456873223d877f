import { setTimeout as wait } from 'node:timers/promises';
import { Upload } from '@aws-sdk/lib-storage';
import { DeliveryError, kindOfKey, type WriteCondition, type WriteResult } from '@sluice/core';
import { failureOf } from '../aws-error.js';
import type { Bucket } from './bucket.js';
import { objectHeaders } from './object-headers.js';
import { etagOf, readObject } from './read-object.js';
import { storeError } from './s3-error.js';

/** Larger objects go in parts of this size; the same bytes always in the same parts, so that their ETag is the same. */
const partBytes = 8 * 1024 * 1024;
/** A write that meets another one in flight (409) has changed nothing; it is made again after these pauses. */
const pausesMs = [20, 60, 180, 540, 1000];
const inFlight = ['ConditionalRequestConflict', 'OperationAborted'];

export interface ObjectWrite {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly condition: WriteCondition | undefined;
}

/**
 * One conditional write. Whoever is not told how a request ended (a time-out, a 500) may have succeeded: then the
 * object is read back, and where it has these bytes, they are written.
 */
export async function writeObject(bucket: Bucket, write: ObjectWrite): Promise<WriteResult> {
  for (const pauseMs of [...pausesMs, undefined]) {
    try {
      return { kind: 'written', etag: await put(bucket, write) };
    } catch (error) {
      const { name, status, attempts } = failureOf(error);
      const race = status === 409 && inFlight.includes(name);
      if (race && pauseMs !== undefined) {
        await wait(pauseMs);
        continue;
      }
      const certain = attempts === 1 && status !== undefined && status < 500;
      if (!certain) {
        const etag = await etagOfSame(bucket, write);
        if (etag !== undefined) return { kind: 'written', etag };
      }
      const missing = status === 404 && name !== 'NoSuchBucket' && write.condition?.kind === 'matches';
      if (status === 412 || race || missing) return lost(bucket, write);
      throw storeError(bucket, 'write', error);
    }
  }
  throw new RangeError('the last attempt returns or throws');
}

async function put({ client, address, prefix }: Bucket, { key, bytes, condition }: ObjectWrite): Promise<string> {
  const upload = new Upload({
    client,
    partSize: partBytes,
    params: {
      ...address,
      Key: `${prefix}${key}`,
      Body: bytes,
      // S3 computes it as well, and refuses bytes that were changed on the way.
      ChecksumAlgorithm: 'SHA256',
      ...objectHeaders(key),
      ...conditionHeaders(key, condition),
    },
  });
  const { ETag = '' } = await upload.done();
  return etagOf(ETag);
}

/** Files of a version are written where there is nothing only: the policy of a bucket can demand this header of all. */
function conditionHeaders(key: string, condition: WriteCondition | undefined): { IfNoneMatch?: '*'; IfMatch?: string } {
  if (condition?.kind === 'matches') return { IfMatch: `"${condition.etag}"` };
  return condition?.kind === 'absent' || kindOfKey(key) === 'version' ? { IfNoneMatch: '*' } : {};
}

/** The condition did not hold: a conflict. Where none was asked for it is a version, which never changes. */
async function lost(bucket: Bucket, write: ObjectWrite): Promise<WriteResult> {
  if (write.condition !== undefined) return { kind: 'conflict' };
  const etag = await etagOfSame(bucket, write);
  if (etag !== undefined) return { kind: 'written', etag };
  throw new DeliveryError({
    code: 'version-altered',
    message: `"${write.key}" in ${bucket.url} has other bytes, and files of a version are never overwritten there.`,
    remedy: 'Publish this build under a new version, or remove the damaged object by hand and publish again.',
  });
}

/** The ETag of the object where it has just these bytes. */
async function etagOfSame(bucket: Bucket, { key, bytes }: ObjectWrite): Promise<string | undefined> {
  const found = await readObject(bucket, key).catch(() => undefined);
  return found !== undefined && Buffer.compare(found.bytes, bytes) === 0 ? found.etag : undefined;
}
