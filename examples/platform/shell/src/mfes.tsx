import { createMfe } from '@sluice/federation/react';
import type { ComponentType } from 'react';
import { Broken } from './broken.js';
import { loadRemote } from './federation.js';
import type { MfeProps } from './frame.js';
import * as css from './shell.module.css';

const mfe = (app: string, name: string): ComponentType<MfeProps> =>
  createMfe(`${app}/App`, {
    loadRemote,
    loading: <p className={css.waiting}>Loading {name}…</p>,
    fallback: <Broken app={app} name={name} />,
  });

export const Orders = mfe('mfe1', 'orders');
export const Dispatch = mfe('mfe2', 'dispatch board');
