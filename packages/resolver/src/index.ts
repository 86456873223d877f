/**
 * In the page: which version of each app, decided once per page load.
 *
 *   import { getMfeManifestUrl, getResolver } from '@sluice/resolver';
 *   await getMfeManifestUrl('mfe1'); // "/mfe1/v1.1.0/mf-manifest.json"
 *   (await getResolver().decisions()).get('mfe1'); // { version, arm, reason, bucket, … }
 */
export { getMfeManifestUrl, reportError, reportReady } from './brief.js';
export { pageState, type Loaded, type PageState } from './page-state.js';
export type { PageDecision } from './page-decision.js';
export { createResolver, getResolver, type ResolvedApp, type Resolver, type ResolverOptions } from './resolver.js';
export type { Failure } from './sessions.js';
