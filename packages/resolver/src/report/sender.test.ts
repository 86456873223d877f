// @vitest-environment jsdom
import type { BeaconEvent } from '@sluice/core';
import { maxBeaconBytes, maxBeaconEvents } from '@sluice/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSender } from './sender.js';

let bodies: string[];
let accepts: boolean;
const posted = vi.fn(() => Promise.resolve(new Response()));

beforeEach(() => {
  bodies = [];
  accepts = true;
  vi.useFakeTimers();
  vi.stubGlobal('fetch', posted);
  Object.defineProperty(navigator, 'sendBeacon', {
    configurable: true,
    value: (_: string, body: string) => accepts && bodies.push(body) > 0,
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  posted.mockClear();
});

const event = (i: number, message = ''): BeaconEvent => ({
  kind: 'failed',
  app: 'mfe1',
  version: 'v1.0.0',
  reason: 'bucket',
  ageMs: i,
  error: { kind: 'error', name: 'Error', message },
});
const envelope = () => ({ schema: 1 as const, page: 'page-page', versions: {} });
const ages = () => bodies.flatMap((text) => (JSON.parse(text) as { events: BeaconEvent[] }).events.map((e) => e.ageMs));

it('splits what is too much for one beacon, in bytes of UTF-8 and in events, and loses nothing', () => {
  const sender = createSender('/api/metrics', envelope);
  for (let i = 0; i < 500; i += 1) sender.send(event(i, '日'.repeat(300)));
  sender.flush();
  for (const text of bodies) {
    expect(Buffer.byteLength(text)).toBeLessThan(maxBeaconBytes);
    expect((JSON.parse(text) as { events: unknown[] }).events.length).toBeLessThanOrEqual(maxBeaconEvents);
  }
  expect(ages()).toEqual(Array.from({ length: 500 }, (_, i) => i));
});

it('splits the shortest events as well before they are too many', () => {
  const sender = createSender('/api/metrics', () => ({ schema: 1, page: 'p', versions: {} }));
  const shortest: BeaconEvent = { kind: 'ok', app: 'a', version: 'v1.0.0', reason: 'bucket', ageMs: 0 };
  for (let i = 0; i < 300; i += 1) sender.send(shortest);
  sender.flush();
  expect(ages().length).toBe(300);
  for (const text of bodies) {
    expect((JSON.parse(text) as { events: unknown[] }).events.length).toBeLessThanOrEqual(maxBeaconEvents);
  }
});

it('F19 flushing again sends nothing', () => {
  const sender = createSender('/api/metrics', envelope);
  sender.send(event(1));
  sender.flush();
  sender.flush();
  vi.advanceTimersByTime(10_000);
  expect(bodies).toHaveLength(1);
});

it('outcomes wait for company, for a quarter of a second', () => {
  const sender = createSender('/api/metrics', envelope);
  sender.send(event(1));
  vi.advanceTimersByTime(249);
  expect(bodies).toHaveLength(0);
  sender.send(event(2));
  vi.advanceTimersByTime(1);
  expect(ages()).toEqual([1, 2]);
});

it('where the browser takes no beacon it is posted', () => {
  accepts = false;
  const sender = createSender('/api/metrics', envelope);
  sender.send(event(1));
  sender.flush();
  expect(posted).toHaveBeenCalledWith('/api/metrics', expect.objectContaining({ method: 'POST', keepalive: true }));
});

it('where nothing can be sent nothing is thrown', () => {
  Object.defineProperty(navigator, 'sendBeacon', { configurable: true, value: undefined });
  const sender = createSender('/api/metrics', envelope);
  sender.send(event(1));
  expect(() => {
    sender.flush();
  }).not.toThrow();
});
