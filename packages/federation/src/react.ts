/**
 * For hosts in React.
 *
 *   import { createMfe } from '@sluice/federation/react';
 *   const Orders = createMfe('mfe1/App', { loadRemote, loading: <p>…</p>, fallback: <p>Not available</p> });
 *   <Orders />;
 */
export { createMfeErrorBoundary, type MfeErrorBoundaryProps } from './boundary.js';
export { createMfe, type MfeOptions } from './mfe.js';
