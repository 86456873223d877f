// @vitest-environment jsdom
import type { Beacon, BeaconEvent } from '@sluice/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageState, type Loaded } from '../page-state.js';
import { createResolver } from '../resolver.js';
import { createTelemetry } from './telemetry.js';

const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 100, lastUpdated: '', generation: 7 };
const quiet = { version: 'v2.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '' };
let sent: Beacon[];
let isHidden: boolean;
let listeners: [string, EventListener][];

/** A page load: another page state, and no listener of the page before. */
function newPage(): void {
  for (const [type, listener] of listeners) {
    window.removeEventListener(type, listener, true);
    window.removeEventListener(type, listener);
  }
  listeners = [];
  delete (globalThis as { __SLUICE_1__?: unknown }).__SLUICE_1__;
  vi.clearAllTimers();
}

beforeEach(() => {
  sent = [];
  bodies = [];
  entries = [];
  listeners = [];
  isHidden = false;
  localStorage.clear();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  performance.getEntries = () => entries as unknown as PerformanceEntryList;
  const add = globalThis.addEventListener;
  vi.stubGlobal('addEventListener', (type: string, listener: EventListener, options?: boolean) => {
    listeners.push([type, listener]);
    add.call(window, type, listener, options);
  });
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden);
  Object.defineProperty(navigator, 'sendBeacon', {
    configurable: true,
    value: (_url: string, body: string) => {
      bodies.push(body);
      return true;
    },
  });
  vi.stubGlobal('fetch', () =>
    Promise.resolve(
      new Response(JSON.stringify({ sampleRate: 0, apps: { mfe1: pointer, mfe2: quiet, shell: quiet } })),
    ),
  );
  newPage();
});
afterEach(() => {
  newPage();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

let bodies: string[] = [];
let entries: { readonly name: string; readonly transferSize: number | undefined }[] = [];

/** What arrived so far. */
function arrived(): Promise<readonly BeaconEvent[]> {
  vi.advanceTimersByTime(300);
  for (const body of bodies.splice(0)) sent.push(JSON.parse(body) as Beacon);
  return Promise.resolve(sent.flatMap(({ events }) => events));
}

const brief = (events: readonly BeaconEvent[]) =>
  events.map(({ kind, app, version, error }) => [kind, app, version, ...(error ? [error.kind] : [])].join(' '));

function hide(): void {
  isHidden = true;
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}
function show(): void {
  isHidden = false;
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}
/** As the plugin notes an app. */
function loadedAt(version: string, fallBack = () => false): Loaded {
  return {
    app: 'mfe1',
    stable: 'v1.0.0',
    first: version,
    version,
    startMs: 0,
    phase: 'manifest',
    listeners: new Set(),
    fallBack,
  };
}

describe('one attempt and one outcome', () => {
  it('attempt, then ok with its load time, once however often it is told', async () => {
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    await telemetry.attempt('mfe1');
    vi.advanceTimersByTime(120);
    telemetry.ready('mfe1');
    telemetry.ready('mfe1');
    const events = await arrived();
    expect(brief(events)).toEqual(['attempt mfe1 v1.1.0', 'ok mfe1 v1.1.0']);
    expect(events[0]).toMatchObject({ ageMs: 0, generation: 7, reason: 'bucket' });
    expect(events[1]).toMatchObject({ loadMs: 120, ageMs: 120 });
  });

  it.each([
    [true, 1234],
    [false, 0],
    // Some browsers do not say how much it was: not known counts as cold.
    [true, undefined],
  ])(
    'cold is %s where %s bytes of it came over the network, and unknown where nothing of it came',
    async (cold, transferSize) => {
      const telemetry = createTelemetry();
      await telemetry.attempt('mfe1');
      entries = [
        { name: 'http://h/mfe1/v1.0.0/remoteEntry.js', transferSize: 99 },
        { name: 'http://h/mfe1/v1.1.0/remoteEntry.js', transferSize },
      ];
      telemetry.ready('mfe1');
      telemetry.failed('mfe1', { kind: 'error', error: 'no' });
      entries = [];
      const [attempt, ok, failed] = await arrived();
      expect(attempt).not.toHaveProperty('cold');
      expect(ok?.cold).toBe(cold);
      expect(failed?.cold).toBe(cold);
    },
  );

  it('failed may follow ok, nothing follows failed', async () => {
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    telemetry.ready('mfe1');
    telemetry.failed('mfe1', { kind: 'render', error: new TypeError('x is undefined') });
    telemetry.failed('mfe1', { kind: 'error', error: 'again' });
    telemetry.ready('mfe1');
    expect(brief(await arrived())).toEqual(['attempt mfe1 v1.1.0', 'ok mfe1 v1.1.0', 'failed mfe1 v1.1.0 render']);
  });

  it('10 s after the attempt nothing counts any more: silence has said it', async () => {
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    vi.advanceTimersByTime(10_000);
    telemetry.ready('mfe1');
    telemetry.failed('mfe1', { kind: 'error', error: 'late' });
    expect(brief(await arrived())).toEqual(['attempt mfe1 v1.1.0']);
  });

  it('the attempt does not wait for company', async () => {
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    vi.advanceTimersByTime(0);
    expect(bodies).toHaveLength(1);
  });
});

it('a metric of a session that is told, with its number or without', async () => {
  const telemetry = createTelemetry();
  telemetry.metric('mfe1', 'too-early');
  await telemetry.attempt('mfe1');
  await telemetry.attempt('mfe2');
  telemetry.metric('mfe1', 'basket', 3);
  telemetry.metric('mfe1', 'checkout');
  telemetry.metric('mfe2', 'not-told');
  const [, ...metrics] = await arrived();
  expect(metrics.map(({ kind, app, metric, value }) => ({ kind, app, metric, value }))).toEqual([
    { kind: 'metric', app: 'mfe1', metric: 'basket', value: 3 },
    { kind: 'metric', app: 'mfe1', metric: 'checkout', value: undefined },
  ]);
});

describe('leaving', () => {
  it('D28 before the outcome sends `left`; F19 hidden and then pagehide send nothing twice', async () => {
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    hide();
    window.dispatchEvent(new Event('pagehide'));
    telemetry.ready('mfe1');
    expect(brief(await arrived())).toEqual(['attempt mfe1 v1.1.0', 'left mfe1 v1.1.0']);
  });

  it('F19 after the outcome sends what waits, and sends it once', async () => {
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    telemetry.ready('mfe1');
    hide();
    expect(bodies).toHaveLength(1);
    window.dispatchEvent(new Event('pagehide'));
    expect(brief(await arrived())).toEqual(['attempt mfe1 v1.1.0', 'ok mfe1 v1.1.0']);
  });

  it('a page that nobody has seen has not begun', async () => {
    isHidden = true;
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    telemetry.ready('mfe1');
    window.dispatchEvent(new Event('pagehide'));
    expect(await arrived()).toEqual([]);
    vi.advanceTimersByTime(60_000);
    show();
    const events = await arrived();
    expect(brief(events)).toEqual(['attempt mfe1 v1.1.0', 'ok mfe1 v1.1.0']);
    expect(events[0]?.ageMs).toBe(0);
    // It was on screen before anybody looked: no time that a person waited.
    expect(events[1]?.loadMs).toBeUndefined();
  });
});

describe('who reports', () => {
  it('outside of rollouts the share that the index asks for, nobody at 0', async () => {
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe2');
    telemetry.ready('mfe2');
    expect(await arrived()).toEqual([]);
  });

  it('outside of rollouts everybody at 1, but F17 no bot', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve(new Response(JSON.stringify({ sampleRate: 1, apps: { mfe2: quiet } }))),
    );
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe2');
    expect(brief(await arrived())).toEqual(['attempt mfe2 v2.0.0']);
    newPage();
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('bingbot/2.0');
    const ofBot = createTelemetry();
    await ofBot.attempt('mfe2');
    expect(await arrived()).toHaveLength(1);
  });

  it('F18 nobody without consent; from the moment of consent on', async () => {
    let isGiven = false;
    const telemetry = createTelemetry({ consent: () => isGiven });
    await telemetry.attempt('mfe1');
    expect(await arrived()).toEqual([]);
    isGiven = true;
    telemetry.ready('mfe1');
    expect(brief(await arrived())).toEqual(['ok mfe1 v1.1.0']);
  });

  it('a browser that fell back before stays in the arm of the canary, as a failure', async () => {
    localStorage.setItem('sluice_fellback', '{"mfe1":"v1.1.0"}'); // by the version, as its pointer names no rollout
    const telemetry = createTelemetry();
    await telemetry.attempt('mfe1');
    telemetry.ready('mfe1');
    const events = await arrived();
    expect(brief(events)).toEqual(['attempt mfe1 v1.1.0', 'failed mfe1 v1.1.0 error']);
    expect(events[1]?.fellBack).toBe(true);
  });

  it('a browser that fell back knows it at the next page, unless the page was left meanwhile: that would count there', async () => {
    const fallBack = async (isLeft: boolean): Promise<string | null> => {
      newPage();
      const telemetry = createTelemetry();
      await telemetry.attempt('mfe1');
      if (isLeft) hide();
      telemetry.failed('mfe1', { kind: 'entry', error: 'late', fellBack: true });
      show();
      return localStorage.getItem('sluice_fellback');
    };
    expect(await fallBack(true)).toBe(null);
    expect(await fallBack(false)).toBe('{"mfe1":"v1.1.0"}');
  });

  it.each(['override', 'audience'] as const)(
    'a browser that fell back knows it as well where it is not counted: chosen by %s',
    async (reason) => {
      const chosen = { ...pointer, audience: 'staff' };
      vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ apps: { mfe1: chosen } }))));
      if (reason === 'override') history.pushState(null, '', '/?canary=true');
      pageState().resolver = createResolver({ claims: ['staff'] });
      const telemetry = createTelemetry();
      await telemetry.attempt('mfe1');
      telemetry.failed('mfe1', { kind: 'entry', error: 'no', fellBack: true });
      history.pushState(null, '', '/');
      expect(await arrived()).toEqual([]);
      expect(localStorage.getItem('sluice_fellback')).toBe('{"mfe1":"v1.1.0"}');
    },
  );

  it('F16 every batch carries all versions that run on the page, those that are not counted too', async () => {
    pageState().shell = { app: 'shell', version: 'v2.0.0' };
    pageState().loaded.set('mfe1', loadedAt('v1.0.0'));
    const telemetry = createTelemetry();
    await telemetry.attempt('shell');
    await telemetry.attempt('mfe2');
    await telemetry.attempt('mfe1');
    await arrived();
    expect(sent[0]?.versions).toEqual({ shell: 'v2.0.0', mfe1: 'v1.0.0', mfe2: 'v2.0.0' });
  });
});

describe('what nobody catches', () => {
  const fire = (target: EventTarget, event: Event) => target.dispatchEvent(event);
  const uncaught = (stack: string) => {
    const error = Object.assign(new Error('boom'), { stack });
    fire(window, new ErrorEvent('error', { error, message: 'boom', cancelable: true }));
  };

  it.each<[string, string, readonly string[]]>([
    [
      'of the app at its first frame',
      'Error: boom\n at f (http://h/mfe1/v1.1.0/a.js:1:2)',
      ['failed mfe1 v1.1.0 error'],
    ],
    ['of another version of it', 'Error: boom\n at f (http://h/mfe1/v0.9.0/a.js:1:2)', []],
    ['of nobody that is known', 'Error: boom\n at f (http://h/other/v1.1.0/a.js:1:2)', []],
    ['F17 of a browser extension', 'Error\n at chrome-extension://x/y.js\n at http://h/mfe1/v1.1.0/a.js', []],
  ])('an error %s', async (_, stack, expected) => {
    const telemetry = createTelemetry();
    pageState().loaded.set('mfe1', loadedAt('v1.1.0'));
    await telemetry.attempt('mfe1');
    telemetry.ready('mfe1');
    uncaught(stack);
    expect(brief(await arrived()).slice(2)).toEqual(expected);
  });

  it('F16 B breaks, not A that called it: the first frame is B', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve(new Response(JSON.stringify({ apps: { mfe1: pointer, mfe2: pointer } }))),
    );
    const telemetry = createTelemetry();
    for (const app of ['mfe1', 'mfe2']) {
      pageState().loaded.set(app, loadedAt('v1.1.0'));
      await telemetry.attempt(app);
    }
    uncaught('Error\n at g (http://h/mfe2/v1.1.0/b.js:1:1)\n at f (http://h/mfe1/v1.1.0/a.js:1:2)');
    expect(brief(await arrived())).toContain('failed mfe2 v1.1.0 error');
    expect(brief(await arrived())).not.toContain('failed mfe1 v1.1.0 error');
  });

  it('F16 what a canary throws that was given up is no failure of the shell that called it', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ apps: { shell: pointer } }))));
    pageState().shell = { app: 'shell', version: 'v1.1.0' };
    pageState().loaded.set('mfe1', loadedAt('v1.0.0'));
    const telemetry = createTelemetry();
    await telemetry.attempt('shell');
    uncaught('Error\n at g (http://h/mfe1/v1.1.0/b.js:1:1)\n at f (http://h/shell/v1.1.0/react.js:1:2)');
    expect(brief(await arrived())).toEqual(['attempt shell v1.1.0']);
  });

  it('a rejection of its code', async () => {
    const telemetry = createTelemetry();
    pageState().loaded.set('mfe1', loadedAt('v1.1.0'));
    await telemetry.attempt('mfe1');
    const reason = Object.assign(new Error('no'), { stack: 'Error: no\n at http://h/mfe1/v1.1.0/a.js:1:2' });
    fire(window, Object.assign(new Event('unhandledrejection'), { reason }));
    expect(brief(await arrived())).toContain('failed mfe1 v1.1.0 error');
  });

  it('a stylesheet that does not come: the app is taken to stable', async () => {
    const telemetry = createTelemetry();
    pageState().loaded.set(
      'mfe1',
      loadedAt('v1.1.0', () => true),
    );
    await telemetry.attempt('mfe1');
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/mfe1/v1.1.0/app.css' });
    document.head.append(link);
    fire(link, new Event('error'));
    link.remove();
    const events = await arrived();
    expect(brief(events)).toEqual(['attempt mfe1 v1.1.0', 'failed mfe1 v1.1.0 stylesheet']);
    expect(events[1]?.fellBack).toBe(true);
  });

  it("the shell's own error before it is on screen is one of booting", async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ apps: { shell: pointer } }))));
    pageState().shell = { app: 'shell', version: 'v1.1.0' };
    const telemetry = createTelemetry();
    await telemetry.attempt('shell');
    uncaught('Error\n at http://h/shell/v1.1.0/main.js:1:1');
    expect(brief(await arrived())).toEqual(['attempt shell v1.1.0', 'failed shell v1.1.0 boot']);
  });
});
