import { createInstance } from '@module-federation/runtime';
import { lazy, type ComponentType } from 'react';
import { options, show, type OrdersProps } from './shell.js';

// Without Sluice: plain federation, the remote at a fixed address.
const entry = `${location.origin}/mfe1/v1.0.0/mf-manifest.json`;
const federation = createInstance({ ...options, remotes: [{ name: 'mfe1', entry }] });

interface Remote {
  readonly default: ComponentType<OrdersProps>;
}

show(
  lazy(async () => {
    const remote = await federation.loadRemote<Remote>('mfe1/App');
    if (remote === null) throw new Error('the bench is wrong');
    return remote;
  }),
);
