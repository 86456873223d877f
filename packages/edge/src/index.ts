/**
 * Requests to decisions, pure: one for all edges.
 *
 *   import { decideVisit, routeRequest } from '@sluice/edge';
 *   const route = routeRequest({ apps: { mfe1: 'mfe1' }, shells: [] }, '/mfe1/mf-manifest.json', accept);
 *   if (route.kind === 'unversioned') decideVisit({ app: route.app, pointer, visit, rules }, undefined);
 *   // { version: 'v1.1.0', cacheControl: 'no-cache', label: 'mfe1@v1.1.0; reason=bucket', … }
 */
export { decideVisit, type Decided, type Visiting } from './decide-visit.js';
export type { EdgeSettings } from './edge-settings.js';
export { routeRequest, type Places, type Route } from './route.js';
export { inOrder, shellFor, type Shell } from './shell-for.js';
export { stickyName, stickyVersion } from './sticky.js';
export type { NewCookie } from './visit-headers.js';
export type { Visit, VisitRules } from './visit.js';
