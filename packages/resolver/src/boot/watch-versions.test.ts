// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageState, type Update } from '../page-state.js';
import { createResolver, type Resolver } from '../resolver.js';
import { onUpdate } from '../updates.js';
import { trackListeners } from './page.fixture.js';
import { watchVersions } from './watch-versions.js';

const shellPointer = { version: 'v5.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '', generation: 3 };
const canary = {
  version: 'v1.0.0',
  canaryVersion: 'v1.1.0',
  canaryPercent: 100,
  lastUpdated: '',
  generation: 7,
};
const takenBack = { ...canary, canaryVersion: null, canaryPercent: 0, generation: 8, blocked: ['v1.1.0'] };
let index: unknown;
let single: unknown;
let asked: number;
let isHidden: boolean;
let tab: ReturnType<typeof trackListeners>;
let told: Update[];
let reload: ReturnType<typeof vi.fn<() => void>>;

beforeEach(() => {
  index = { apps: { shell: shellPointer, mfe1: canary } };
  single = undefined;
  asked = 0;
  isHidden = false;
  localStorage.clear();
  sessionStorage.clear();
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (url: string) => {
    const isIndex = url === '/platform-index.json';
    if (isIndex) asked += 1;
    const answer = isIndex ? index : single;
    return Promise.resolve(answer ? new Response(JSON.stringify(answer)) : new Response('', { status: 404 }));
  });
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden);
});
afterEach(() => {
  tab.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A page load in this tab; the application has a hook, so that nothing hides what is told. */
async function open(options: { readonly shell?: string; readonly hook?: 'none' } = {}): Promise<Resolver> {
  tab?.close();
  vi.clearAllTimers();
  delete (globalThis as { __SLUICE_1__?: unknown }).__SLUICE_1__;
  told = [];
  reload = vi.fn<() => void>();
  tab = trackListeners();
  const shell = { app: 'shell', version: options.shell ?? 'v5.0.0' };
  pageState().shell = shell;
  if (options.hook !== 'none') onUpdate((update) => told.push(update));
  const resolver = createResolver();
  watchVersions({ resolver, shell, reload });
  await settled();
  return resolver;
}
const settled = () => vi.advanceTimersByTimeAsync(0);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
function see(isSeen: boolean): Promise<unknown> {
  isHidden = !isSeen;
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  return settled();
}
const toldApps = () => told.map(({ apps }) => apps);

describe('a page that is open when its version is taken back', () => {
  it('F7 learns it within a minute while it is seen, and tells the application once', async () => {
    const resolver = await open();
    await resolver.resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(60_000);
    expect(toldApps()).toEqual([['mfe1']]);
    await pass(600_000);
    expect(toldApps()).toEqual([['mfe1']]);
    told[0]?.reload();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it.each(['visibilitychange', 'focus'])(
    'learns it at once at `%s`, unless it has asked less than 5 s ago',
    async (type) => {
      await (await open()).resolve('mfe1');
      index = { apps: { shell: shellPointer, mfe1: takenBack } };
      const come = () => {
        document.dispatchEvent(new Event(type, { bubbles: true }));
        return settled();
      };
      await pass(4999);
      await come();
      expect(asked).toBe(1);
      await pass(1);
      await come();
      expect(asked).toBe(2);
      expect(toldApps()).toEqual([['mfe1']]);
    },
  );

  it('F6 keeps a version that was taken back where a signed link has opened it, asked for or not', async () => {
    const serverTiming = [{ name: 'sluice', description: 'staff mfe1@v1.1.0' }];
    vi.stubGlobal('performance', { now: () => Date.now(), getEntriesByType: () => [{ serverTiming }] });
    const resolver = await open();
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(60_000);
    expect((await resolver.resolve('mfe1'))?.version).toBe('v1.1.0');
    await pass(60_000);
    expect(told).toEqual([]);
  });

  it('asks nothing while nobody sees it', async () => {
    await open();
    await see(false);
    await pass(3_600_000);
    expect(asked).toBe(1);
    await see(true);
    expect(asked).toBe(2);
  });

  it('is told again of another generation, and of another app', async () => {
    const resolver = await open();
    await resolver.resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(50_000);
    index = { apps: { shell: { ...shellPointer, version: 'v4.0.0', blocked: ['v5.0.0'] }, mfe1: takenBack } };
    await pass(50_000);
    index = { apps: { shell: shellPointer, mfe1: { ...takenBack, generation: 9 } } };
    await pass(50_000);
    expect(toldApps()).toEqual([['mfe1'], ['shell', 'mfe1'], ['mfe1']]);
  });

  it('by default is loaded anew at the next navigation', async () => {
    await (await open({ hook: 'none' })).resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(60_000);
    expect(reload).not.toHaveBeenCalled();
    document.body.click();
    history.pushState(null, '', `/orders/${String(asked)}`);
    await pass(100);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('knows it by the single pointer where there is no index', async () => {
    index = undefined;
    single = canary;
    await (await open()).resolve('mfe1');
    single = takenBack;
    await pass(50_000);
    expect(toldApps()).toEqual([['mfe1']]);
  });
});

describe('a page that is open over a promotion, or any other change,', () => {
  it('F8 is told of nothing', async () => {
    await (await open()).resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: { ...takenBack, version: 'v1.1.0', blocked: [] } } };
    await pass(600_000);
    expect(toldApps()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['not there', undefined],
    ['garbage', 'garbage'],
    ['of an older generation', { apps: { mfe1: { ...takenBack, generation: 6 } } }],
    ['at odds with itself', { apps: { mfe1: { ...takenBack, version: 'v1.1.0' } } }],
  ])('is told of nothing by an index that is %s', async (_, answer) => {
    await (await open()).resolve('mfe1');
    index = answer;
    await pass(50_000);
    expect(toldApps()).toEqual([]);
  });
});

describe('an app that was decided and not asked for yet', () => {
  it('ignores a blocked pin: it is loaded as stable, and nobody is told', async () => {
    const resolver = await open();
    expect((await resolver.decisions()).get('mfe1')).toMatchObject({ version: 'v1.1.0', reason: 'bucket' });
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(50_000);
    expect(toldApps()).toEqual([]);
    expect(await resolver.resolve('mfe1')).toMatchObject({ version: 'v1.0.0', arm: 'stable', reason: 'blocked' });
  });
});

describe('round in circles no page goes:', () => {
  it('loaded anew, and with the same version again, it is not told again', async () => {
    await (await open()).resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(50_000);
    expect(toldApps()).toEqual([['mfe1']]);
    // An index that is older answers once more; this browser has nothing to compare it with.
    localStorage.clear();
    index = { apps: { shell: shellPointer, mfe1: canary } };
    await (await open()).resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(50_000);
    expect(toldApps()).toEqual([]);
  });

  it('what it has learnt lasts over the load: an answer that is older is not obeyed', async () => {
    await (await open()).resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(50_000);
    index = { apps: { shell: shellPointer, mfe1: canary } };
    expect(await (await open()).resolve('mfe1')).toMatchObject({ version: 'v1.0.0' });
  });

  it('another tab is another page', async () => {
    await (await open()).resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(50_000);
    sessionStorage.clear();
    localStorage.clear();
    index = { apps: { shell: shellPointer, mfe1: canary } };
    await (await open()).resolve('mfe1');
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(50_000);
    expect(toldApps()).toEqual([['mfe1']]);
  });

  it('F5 without a memory of the tab nothing is told, and nothing breaks', async () => {
    await (await open()).resolve('mfe1');
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    index = { apps: { shell: shellPointer, mfe1: takenBack } };
    await pass(600_000);
    expect(toldApps()).toEqual([]);
  });
});

describe('a shell that came out of a cache although it was taken back', () => {
  const renewed = { ...shellPointer, version: 'v4.0.0', generation: 4, blocked: ['v5.0.0'] };

  it('F14 is loaded anew at once, and once', async () => {
    index = { apps: { shell: renewed } };
    await open();
    expect(reload).toHaveBeenCalledTimes(1);
    await open();
    expect(reload).not.toHaveBeenCalled();
    await open({ shell: 'v4.0.0' });
    expect(reload).not.toHaveBeenCalled();
  });

  it('F14 a page that goes away while it renews what a worker keeps leaves that to the next one', async () => {
    const cache = { keys: () => new Promise<never[]>(() => undefined), delete: () => Promise.resolve(true) };
    vi.stubGlobal('navigator', { serviceWorker: { controller: {} } });
    vi.stubGlobal('caches', { keys: () => Promise.resolve(['all']), open: () => Promise.resolve(cache) });
    index = { apps: { shell: renewed } };
    await open();
    expect(reload).not.toHaveBeenCalled();
    cache.keys = () => Promise.resolve([]);
    await open();
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
