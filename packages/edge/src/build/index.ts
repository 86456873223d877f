/**
 * Bundles for engines that have no packages, with the settings written into them.
 *
 *   import { buildEdge } from '@sluice/edge/build';
 *   const files = await buildEdge({ target: 'cloudfront', apps, secure: true });
 *   // [{ path: 'viewer-request.js', text: "import cf from 'cloudfront'; …" }, { path: 'viewer-response.js', … }]
 */
export { buildEdge, type BuiltFile, type EdgeBuild } from './build-edge.js';
export type { NginxFiles } from '../nginx/configuration.js';
