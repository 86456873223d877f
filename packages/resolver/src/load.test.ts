// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageDecision } from './decide.js';
import { rememberFallback } from './fallen-back.js';
import { loadApp } from './load.js';
import { pageState } from './page-state.js';
import type { Resolver } from './resolver.js';

const decision = {
  app: 'orders',
  version: 'v1.1.0',
  stable: 'v1.0.0',
  arm: 'canary',
  reason: 'bucket',
  percent: 50,
  trial: 'first try',
};
const told: string[] = [];

beforeEach(() => {
  told.length = 0;
  localStorage.clear();
  const state = pageState();
  state.loaded.clear();
  const resolver: Partial<Resolver> = {
    options: { indexUrl: '', timeoutMs: 60_000 },
    decisions: () => Promise.resolve(new Map()),
    resolve: (app) => Promise.resolve(app === 'orders' ? (decision as unknown as PageDecision) : undefined),
  };
  state.resolver = resolver as Resolver;
  state.telemetry = {
    attempt: (app) => Promise.resolve(void told.push(`attempt ${app}`)),
    ready: (app) => void told.push(`ready ${app}`),
    failed: (app, { kind, fellBack }) => void told.push(`failed ${app} ${kind} ${String(fellBack)}`),
    metric: () => undefined,
  };
});
const patience = (timeoutMs: number): unknown => Object.assign(pageState().resolver?.options ?? {}, { timeoutMs });
const unlessCanary = (act: () => Promise<string>) => (version: string) =>
  version === 'v1.1.0' ? act() : Promise.resolve(version);

describe('an app without Module Federation', () => {
  it('is loaded in the decided version; the attempt is told, and nothing of an outcome', async () => {
    expect(await loadApp('orders', (version) => Promise.resolve(version))).toBe('v1.1.0');
    expect(told).toEqual(['attempt orders']);
  });

  it.each([
    ['cannot be had', () => Promise.reject(new TypeError('Failed to fetch dynamically imported module: x')), 'entry'],
    ['is no JavaScript', () => Promise.reject(new SyntaxError('Unexpected token')), 'entry'],
    ['throws', () => Promise.reject(new Error('no currency')), 'evaluate'],
  ])('F9 whose canary %s is stable in the same page load, and the failure is told once', async (_, act, kind) => {
    expect(await loadApp('orders', unlessCanary(act))).toBe('v1.0.0');
    expect(told).toEqual(['attempt orders', `failed orders ${kind} true`]);
    expect(pageState().loaded.get('orders')?.version).toBe('v1.0.0');
  });

  it('F9 whose canary hangs is stable after the time-out, and the canary is told that it is late', async () => {
    patience(20);
    let canary: AbortSignal | undefined;
    const shown = await loadApp('orders', (version, signal) => {
      if (version === 'v1.0.0') return Promise.resolve(version);
      canary = signal;
      return new Promise(() => undefined);
    });
    expect([shown, canary?.aborted]).toEqual(['v1.0.0', true]);
    expect(told.at(-1)).toBe('failed orders entry true');
  });

  it('whose stable is late is told as its canary would be, and is shown when it comes', async () => {
    patience(20);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    rememberFallback('orders', 'first try');
    let arrive: () => void = () => undefined;
    const shown = loadApp('orders', (version, signal) => {
      return new Promise<string>((done) => (arrive = () => done(`${version} ${String(signal.aborted)}`)));
    });
    await vi.advanceTimersByTimeAsync(20);
    vi.useRealTimers();
    expect(told).toEqual(['attempt orders', 'failed orders entry false']);
    arrive();
    expect(await shown).toBe('v1.0.0 false');
    expect(told.length).toBe(2);
  });

  it.each([
    ['F9 is stable where this browser could not show the canary before', 'first try', 'v1.0.0'],
    ['is the canary again where that is tried again, as by `sluice retry`', 'another try', 'v1.1.0'],
  ])('%s', async (_, trial, version) => {
    rememberFallback('orders', 'first try');
    vi.spyOn(pageState().resolver as Resolver, 'resolve').mockResolvedValue({ ...decision, trial } as PageDecision);
    expect(await loadApp('orders', (loaded) => Promise.resolve(loaded))).toBe(version);
  });

  it('F9 that is late while nobody sees the page is waited for, until somebody does', async () => {
    patience(20);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const shown = loadApp(
      'orders',
      unlessCanary(() => new Promise(() => undefined)),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(['attempt orders']);
    hidden.mockReturnValue(false);
    await vi.advanceTimersByTimeAsync(20);
    vi.useRealTimers();
    expect(await shown).toBe('v1.0.0');
    hidden.mockRestore();
  });

  it('F5 is loaded in a browser that has no `AbortSignal.timeout`', async () => {
    vi.stubGlobal('AbortSignal', {});
    expect(await loadApp('orders', (version) => Promise.resolve(version))).toBe('v1.1.0');
    expect(told).toEqual(['attempt orders']);
    vi.unstubAllGlobals();
  });

  it('F10 whose stable fails as well rejects with what stable said, without going round', async () => {
    let loads = 0;
    const load = (version: string): Promise<never> => Promise.reject(new Error(`${version} ${String((loads += 1))}`));
    await expect(loadApp('orders', load)).rejects.toThrow('v1.0.0 2');
    await expect(loadApp('orders', load)).rejects.toThrow('v1.0.0 3');
  });

  it('F20 that Sluice does not know is refused by name', async () => {
    await expect(loadApp('elsewhere', (version) => Promise.resolve(version))).rejects.toThrow('no app "elsewhere"');
  });
});
