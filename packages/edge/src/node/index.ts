/**
 * The Node edge: a process of its own over a store's folder.
 *
 *   import { createNodeEdge } from '@sluice/edge/node';
 *   const edge = await createNodeEdge({ root: '.sluice/store', apps, port: 4400, newId, now: Date.now });
 *   console.log(edge.url);
 */
export { createNodeEdge, type EdgeApp, type NodeEdge, type NodeEdgeOptions } from './node-edge.js';
