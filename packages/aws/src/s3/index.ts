/**
 * A store in S3, or in anything that speaks its language.
 *
 *   import { createS3Store } from '@sluice/aws/s3';
 *   const store = createS3Store({ bucket: 'mfe-platform', connection: { region: 'eu-central-1' } });
 *   await store.write('mfe1/active-version.json', bytes, { kind: 'matches', etag });
 */
export type { AwsConnection } from '../connection.js';
export { parseS3Url, type S3StoreOptions } from './bucket.js';
export { inspectBucket, type BucketInspection, type BucketQuestions } from './inspect-bucket.js';
export { createS3Store, initS3Store, openS3Store } from './s3-store.js';
