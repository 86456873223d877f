/**
 * In the page: which version of each app, decided once per page load.
 *
 *   import { getMfeManifestUrl, getResolver } from '@sluice/resolver';
 *   await getMfeManifestUrl('mfe1'); // "/mfe1/v1.1.0/mf-manifest.json"
 *   (await getResolver().decisions()).get('mfe1'); // { version, arm, reason, bucket, … }
 */
export type { PageOptions } from './options.js';
export { pageState, type Loaded, type PageState } from './page-state.js';
export type { PageDecision } from './decide.js';
export { createResolver, getMfeManifestUrl, getResolver, type Resolver } from './resolver.js';
export type { Failure, Telemetry } from './telemetry.js';
