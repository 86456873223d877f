/**
 * Requests to decisions, pure.
 *
 *   import { routeRequest } from '@sluice/edge';
 *   routeRequest({ path: '/mfe1/v1.0.0/remoteEntry.js', accept, apps, shellFor });
 *   // { kind: 'versioned', app: 'mfe1', version: 'v1.0.0', file: 'remoteEntry.js' }
 */
export { routeRequest, type Route, type RouteInput } from './route.js';
export { stickyName, stickySeconds, stickyVersion } from './sticky.js';
