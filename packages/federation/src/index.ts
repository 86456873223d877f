/**
 * Module Federation runtime plugin.
 *
 *   import { sluicePlugin, sluiceRemote } from '@sluice/federation';
 *   createInstance({ name: 'shell', remotes: [sluiceRemote('mfe1')], plugins: [sluicePlugin()], shared });
 *   await instance.loadRemote('mfe1/App'); // the decided version, else stable, in the same page load
 */
export { sluicePlugin, sluiceRemote } from './plugin.js';
