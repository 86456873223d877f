// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Metric } from 'web-vitals';
import { pageState, type Loaded } from './page-state.js';
import { reportWebVitals } from './web-vitals.js';

let heard: ((metric: Metric) => void)[];
vi.mock('web-vitals', () => {
  const observe = (listener: (metric: Metric) => void): void => void heard.push(listener);
  return { onLCP: observe, onINP: observe, onCLS: observe };
});

let told: [string, string, number | undefined][];
const say = (name: Metric['name'], value: number): void => heard[0]?.({ name, value } as Metric);

beforeEach(() => {
  heard = [];
  told = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  delete (globalThis as { __SLUICE_1__?: unknown }).__SLUICE_1__;
  const state = pageState();
  state.shell = { app: 'shell', version: 'v1.0.0' };
  state.loaded.set('mfe1', { version: 'v1.1.0' } as Loaded);
  const nothing = (): void => undefined;
  state.telemetry = {
    attempt: () => Promise.resolve(),
    ready: nothing,
    failed: nothing,
    metric: (...metric) => void told.push([metric[0], metric[1], metric[2]]),
  };
});
afterEach(() => {
  // What an earlier page has waited for is over.
  window.dispatchEvent(new Event('pagehide'));
  vi.useRealTimers();
});

describe('web vitals', () => {
  it('are told 8 s after the page was asked for, the last value of each, for every app on the page', () => {
    vi.advanceTimersByTime(3000);
    reportWebVitals();
    say('LCP', 900);
    say('LCP', 1200);
    say('CLS', 0);
    vi.advanceTimersByTime(4999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([
      ['mfe1', 'lcp', 1200],
      ['mfe1', 'cls', 0],
      ['shell', 'lcp', 1200],
      ['shell', 'cls', 0],
    ]);
  });

  it('are told when the page is left before, and not once more after it', () => {
    reportWebVitals();
    say('INP', 80);
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    expect(told).toHaveLength(2);
    window.dispatchEvent(new Event('pagehide'));
    vi.advanceTimersByTime(20_000);
    expect(told).toHaveLength(2);
    hidden.mockRestore();
  });

  it('break nothing on a page where nobody tells anything', () => {
    delete pageState().telemetry;
    reportWebVitals();
    say('LCP', 900);
    expect(() => vi.advanceTimersByTime(8000)).not.toThrow();
  });
});
