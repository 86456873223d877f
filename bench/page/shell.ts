import type { createInstance } from '@module-federation/runtime';
import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as reactDomClient from 'react-dom/client';

// What both pages have: the same shell, as the README has it.

const share = (version: string, module: unknown) => ({
  version,
  lib: () => module,
  shareConfig: { singleton: true, requiredVersion: '^19.0.0' },
});

export const options = {
  name: 'shell',
  shareStrategy: 'loaded-first',
  remotes: [],
  shared: {
    react: share(react.version, react),
    'react/jsx-runtime': share(react.version, jsxRuntime),
    'react-dom': share(reactDom.version, reactDom),
    'react-dom/client': share(reactDom.version, reactDomClient),
  },
} satisfies Parameters<typeof createInstance>[0];

export interface OrdersProps {
  readonly path: string;
}

export function show(Orders: react.ComponentType<OrdersProps>): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the bench is wrong');
  reactDomClient
    .createRoot(root)
    .render(
      react.createElement(react.Suspense, { fallback: 'Loading' }, react.createElement(Orders, { path: '/orders' })),
    );
}
