/**
 * All that an application calls, for pages without a bundler: `dist/sluice.iife.js` is this as one script.
 *
 *   <script src="./sluice.iife.js"></script>
 *   sluice.loadApp('orders', (version) => import(`/orders/${version}/app.js`)).then(…);
 */
export { loadApp } from './load.js';
export { onDecision } from './report/on-decision.js';
export { getMfeManifestUrl, getResolver } from './resolver.js';
export { reportAttempt, reportError, reportMetric, reportReady, versionToLoad } from './report/index.js';
export { onUpdate } from './updates.js';
