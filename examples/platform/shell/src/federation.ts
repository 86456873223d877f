import { createInstance } from '@module-federation/runtime';
import { sluicePlugin, sluiceRemote } from '@sluice/federation';
import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as reactDomClient from 'react-dom/client';

const share = (version: string, module: unknown) => ({
  version,
  lib: () => module,
  shareConfig: { singleton: true, requiredVersion: '^19.0.0' },
});

// `loaded-first`: the page uses the shell's React at once, instead of asking every remote for a newer one before the
// first import; with the default strategy one remote that hangs blanks the whole page.
const federation = createInstance({
  name: 'shell',
  shareStrategy: 'loaded-first',
  remotes: [sluiceRemote('mfe1'), sluiceRemote('mfe2')],
  plugins: [sluicePlugin()],
  shared: {
    react: share(react.version, react),
    'react/jsx-runtime': share(react.version, jsxRuntime),
    'react-dom': share(reactDom.version, reactDom),
    'react-dom/client': share(reactDom.version, reactDomClient),
  },
});

export const loadRemote = federation.loadRemote.bind(federation);
