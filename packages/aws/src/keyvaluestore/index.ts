/**
 * What the CloudFront Function reads: one entry for each app in a key-value store of CloudFront.
 *
 *   import { createKeyValueRouter } from '@sluice/aws/keyvaluestore';
 *   const router = createKeyValueRouter({ arn: 'arn:aws:cloudfront::123456789012:key-value-store/…' });
 *   await router.route(app, pointer);
 */
export { createKeyValueRouter, type KeyValueRouterOptions } from './key-value-router.js';
export { createSigningKeys, type SigningKeys } from './signing-keys.js';
