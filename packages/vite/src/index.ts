/**
 * What an app that Sluice delivers needs in its Vite configuration.
 *
 *   import { sluice } from '@sluice/vite';
 *   plugins: [react(), sluice({ app: 'shell' })]
 *   plugins: [react(), sluice({ app: 'mfe1', exposes: { './App': './src/app.tsx' }, shared: { react: '^19.0.0' } })]
 */
export { sluice, type SluiceOptions } from './sluice.js';
