import { createInstance } from '@module-federation/runtime';
import { sluicePlugin, sluiceRemote } from '@sluice/federation';
import { createMfe } from '@sluice/federation/react';
import { options, show, type OrdersProps } from './shell.js';

const federation = createInstance({ ...options, remotes: [sluiceRemote('mfe1')], plugins: [sluicePlugin()] });

show(createMfe<OrdersProps>('mfe1/App', { loadRemote: federation.loadRemote.bind(federation) }));
