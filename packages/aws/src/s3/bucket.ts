import { S3Client } from '@aws-sdk/client-s3';
import { DeliveryError } from '@sluice/core';
import { clientSettings, type AwsConnection } from '../connection.js';

export interface S3StoreOptions {
  readonly bucket: string;
  /** Folder within the bucket; default: its root. */
  readonly prefix?: string | undefined;
  /** The account that must own the bucket: S3 refuses where another one does. */
  readonly account?: string | undefined;
  readonly connection?: AwsConnection | undefined;
}

/** Where a store lies, and the client that reaches it. */
export interface Bucket {
  readonly client: S3Client;
  /** What every request says of the bucket. */
  readonly address: { readonly Bucket: string; readonly ExpectedBucketOwner?: string };
  /** `''` or ends in `/`. */
  readonly prefix: string;
  /** For people. */
  readonly url: string;
}

export function bucketOf({ bucket, prefix = '', account, connection = {} }: S3StoreOptions): Bucket {
  const client = new S3Client({
    ...clientSettings(connection),
    // Other stores than AWS's own are reached by a path: they have no host for each bucket.
    forcePathStyle: connection.endpoint !== undefined,
    followRegionRedirects: connection.endpoint === undefined,
  });
  const folder = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;
  const owner = account === undefined ? {} : { ExpectedBucketOwner: account };
  return { client, address: { Bucket: bucket, ...owner }, prefix: folder, url: `s3://${bucket}/${folder}` };
}

/** Bucket and folder of `s3://bucket/folder`; throws `config-invalid`. */
export function parseS3Url(url: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket !== undefined) return { bucket, prefix: prefix.replace(/\/+$/, '') };
  throw new DeliveryError({
    code: 'config-invalid',
    message: `"${url}" is not the address of a bucket.`,
    remedy: "Write it as 's3://bucket' or 's3://bucket/folder'.",
  });
}
