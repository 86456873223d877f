// @vitest-environment jsdom
import { pageState, type Loaded } from '@sluice/resolver/report';
import { act, createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMfe } from './mfe.js';

const stack = `TypeError: no rows
    at List (http://h/mfe1/v1.1.0/app.js:1:2)
    at renderWithHooks (http://h/shell/v1.0.0/react.js:3:4)`;
let told: string[];
let page: HTMLElement;
let root: Root;

/** Throws while it renders as v1.1.0, whose code React in the shell's bundle calls. */
function List(): string {
  throw Object.assign(new TypeError('no rows'), { stack });
}

beforeEach(() => {
  told = [];
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.spyOn(console, 'error').mockReturnValue();
  delete (globalThis as { __SLUICE_1__?: unknown }).__SLUICE_1__;
  const state = pageState();
  state.shell = { app: 'shell', version: 'v1.0.0' };
  const telemetry: Partial<NonNullable<typeof state.telemetry>> = {
    failed: (app, { kind, fellBack }) => void told.push(`${app} ${kind} ${String(fellBack)}`),
    ready: () => undefined,
  };
  state.telemetry = telemetry as NonNullable<typeof state.telemetry>;
  const loaded: Loaded = {
    app: 'mfe1',
    stable: 'v1.0.0',
    first: 'v1.1.0',
    version: 'v1.1.0',
    startMs: 0,
    phase: 'manifest',
    listeners: new Set(),
    fallBack() {
      loaded.version = 'v1.0.0';
      for (const listener of loaded.listeners) listener();
      return true;
    },
  };
  state.loaded.set('mfe1', loaded);
  page = document.createElement('main');
  root = createRoot(page);
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const loadRemote = () =>
  Promise.resolve({ default: pageState().loaded.get('mfe1')?.version === 'v1.1.0' ? List : () => 'the list' });

describe('an app that is more than once on a page', () => {
  it.each(['the same component twice', 'two components of it'])(
    'F9 %s: where its canary throws each shows stable, and nobody else is blamed',
    async (which) => {
      const options = { loadRemote, fallback: 'not available', loading: '…' };
      const One = createMfe('mfe1/List', options);
      const Other = which.startsWith('two') ? createMfe('mfe1/Short', options) : One;
      await act(async () => root.render(createElement('div', null, createElement(One), ' ', createElement(Other))));
      await act(async () => Promise.resolve());
      expect(page.textContent).toBe('the list the list');
      expect(new Set(told)).toEqual(new Set(['mfe1 render true']));
    },
  );
});
