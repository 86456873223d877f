import { DeliveryError, type ErrorCode } from '@sluice/core';
import { commonError, failureOf } from '../aws-error.js';
import type { Bucket } from './bucket.js';

export type Doing = 'read' | 'write';

/** What S3 or the network said, as an error of a store. */
export function storeError(bucket: Bucket, doing: Doing, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { name, status, text } = failureOf(error);
  const common = commonError(`The store ${bucket.url}`, error);
  if (common?.code === 'access-denied') return deniedError(bucket, doing, common);
  if (common !== undefined) return common;
  const make = (code: ErrorCode, what: string, remedy: string): DeliveryError =>
    new DeliveryError({ code, message: `The store ${bucket.url} ${what}`, remedy, cause: error });
  if (name === 'NoSuchBucket')
    return make('store-not-found', 'has no bucket.', 'Make the bucket, or correct `store` of the target.');
  if (status === 301 || name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed')
    return make('config-invalid', 'is in another region.', 'Correct `region` of the target in sluice.config.');
  if (name === 'QuotaExceeded' || name === 'InsufficientCapacity' || status === 507)
    return make('store-full', `is full (${name}).`, 'Free some space or raise its quota, then run it again.');
  const seen = status === undefined ? name : `${name}, ${String(status)}`;
  return make(
    'store-unreachable',
    `cannot be ${doing === 'read' ? 'read' : 'written'} (${seen}): ${text.split('\n')[0] ?? ''}`,
    'Nothing was half-written. Look at `region` and `endpoint` of the target and at the network, then run it again.',
  );
}

function deniedError(bucket: Bucket, doing: Doing, cause: DeliveryError): DeliveryError {
  return new DeliveryError({
    code: doing === 'read' ? 'store-unreachable' : 'store-read-only',
    message: `The store ${bucket.url} may not be ${doing === 'read' ? 'read' : 'written'}. ${cause.message}`,
    remedy:
      doing === 'read'
        ? 'Allow s3:GetObject and s3:ListBucket; without the second a missing object is a refusal (403) and no 404.'
        : 'Allow s3:PutObject (and s3:DeleteObject for `sluice gc`). The policy of the bucket may have a word as well.',
    cause,
  });
}
