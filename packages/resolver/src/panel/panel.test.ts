// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageState, type Loaded } from '../page-state.js';
import { getResolver } from '../resolver.js';
import { appsOnPage } from './apps-on-page.js';
import { offerPanel } from './offer-panel.js';
import { askFor, wishFor } from './overrides.js';
import { reasonInWords } from './reason-in-words.js';
import { stayOpen, wasOpen } from './stays-open.js';
import type { PageDecision } from '../decide.js';

const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 100, lastUpdated: '', generation: 7 };
let index: unknown;

function forgetPage(): void {
  delete (globalThis as { __SLUICE_1__?: unknown }).__SLUICE_1__;
  localStorage.clear();
  sessionStorage.clear();
  for (const name of ['sluice_id', 'canary', 'sluice_override']) document.cookie = `${name}=;Path=/;Max-Age=0`;
  history.replaceState(null, '', '/');
}
beforeEach(() => {
  forgetPage();
  index = { apps: { mfe1: pointer, quiet: { ...pointer, canaryVersion: null, canaryPercent: 0 } } };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(index))));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const find = async (app: string) => {
  const found = (await appsOnPage()).find(({ decision }) => decision.app === app);
  if (!found) throw new Error('the test is wrong');
  return found;
};
const openByLink = (grant: string): void => {
  const serverTiming = [{ name: 'sluice', description: grant }];
  vi.stubGlobal('performance', { now: () => 0, getEntriesByType: () => [{ serverTiming }] });
};
/** As the boot script has it, where the edge has told a link. */
const decide = async (app: string, fields: object): Promise<void> => {
  const decisions = (await getResolver().decisions()) as Map<string, PageDecision>;
  const decided = decisions.get(app);
  if (!decided) throw new Error('the test is wrong');
  decisions.set(app, { ...decided, arm: 'canary', ...fields } as PageDecision);
};
/** As the plugin has it: begun with one version, and another one loaded after a fallback. */
const load = (app: string, first: string, version = first): void => {
  pageState().loaded.set(app, { first, version, stable: 'v1.0.0' } as Loaded);
};

describe('what the panel says of an app', () => {
  it('is what was decided, where nothing has asked for the app yet', async () => {
    expect(await find('mfe1')).toMatchObject({ version: 'v1.1.0', kind: 'canary', isLoaded: false, wish: 'assigned' });
    expect(await find('quiet')).toMatchObject({ version: 'v1.0.0', kind: 'stable', isSwitchable: false });
  });

  it('has the shell first, then what is on trial, then the rest by name', async () => {
    index = { apps: { b: pointer, a: { version: 'v1.0.0' }, shell: { version: 'v1.0.0' } } };
    pageState().shell = { app: 'shell', version: 'v1.0.0' };
    expect((await appsOnPage()).map(({ decision: { app } }) => app)).toEqual(['shell', 'b', 'a']);
  });

  it('is a fallback with its failure, after one on this page', async () => {
    load('mfe1', 'v1.1.0', 'v1.0.0');
    pageState().failures = { mfe1: { kind: 'entry', error: new Error('answered 404') } };
    expect(await find('mfe1')).toMatchObject({
      kind: 'fallback',
      version: 'v1.0.0',
      why: 'canary v1.1.0 has failed on this page: showing stable',
      failure: { words: 'its entry could not be loaded', said: 'Error: answered 404' },
    });
  });

  it('is a fallback without one, after one on a page before', async () => {
    load('mfe1', 'v1.0.0');
    pageState().failures = { mfe1: { kind: 'error', error: 'fell back before' } };
    expect(await find('mfe1')).toMatchObject({
      kind: 'fallback',
      why: 'canary v1.1.0 has failed in this browser before: showing stable',
      failure: undefined,
    });
  });

  it.each<[string, unknown, string]>([
    ['a text', 'broken', 'Error: broken'],
    ['nothing', undefined, 'Error: undefined'],
    ['an object without a prototype', Object.create(null), 'Error: object'],
    [
      'the error of the federation runtime',
      new Error('#RUNTIME-003 … Original Error Message: Error: 404'),
      'Error: 404',
    ],
  ])('tells an error that is %s', async (_what, error, said) => {
    pageState().failures = { mfe1: { kind: 'manifest', error } };
    expect((await find('mfe1')).failure?.said).toBe(said);
  });

  it.each(['pr-12-abcd', 'v1.1.0'])(
    'is a preview where a signed link has opened %s, which no switch changes',
    async (version) => {
      openByLink(`mfe1@${version}`);
      await decide('mfe1', { version, reason: 'override' });
      load('mfe1', version);
      const why = 'a preview link has opened it';
      expect(await find('mfe1')).toMatchObject({ kind: 'preview', isSwitchable: false, why });
    },
  );

  it('is a fallback that says so, where a preview has failed', async () => {
    openByLink('mfe1@v0.9.0');
    await decide('mfe1', { version: 'v0.9.0', reason: 'override' });
    load('mfe1', 'v0.9.0', 'v1.0.0');
    const why = 'preview v0.9.0 has failed on this page: showing stable';
    expect(await find('mfe1')).toMatchObject({ kind: 'fallback', why });
  });

  it('offers no canary that was taken back in the meantime, and knows what is served now', async () => {
    await appsOnPage();
    index = { apps: { mfe1: { ...pointer, blocked: ['v1.1.0'], generation: 8 } } };
    expect(await find('mfe1')).toMatchObject({ isSwitchable: false, now: { generation: 8 } });
  });

  it('is what this browser knows, where the index cannot be had', async () => {
    await appsOnPage();
    vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
    expect(await find('mfe1')).toMatchObject({ isSwitchable: true, now: { generation: 7 } });
  });

  it('says that the shell was chosen with the document', async () => {
    index = { apps: { mfe1: { ...pointer, assignment: 'v9' } } };
    expect((await find('mfe1')).why).toBe('the decision failed, so stable');
    pageState().shell = { app: 'mfe1', version: 'v1.0.0' };
    expect((await find('mfe1')).why).toBe('chosen when you opened this page');
  });
});

describe('reasonInWords', () => {
  it.each<[Partial<PageDecision>, string]>([
    [{ arm: 'canary', reason: 'bucket', bucket: 2312 }, 'your bucket 2,312 is below 25 %'],
    [{ arm: 'stable', reason: 'bucket', bucket: 7204 }, 'your bucket 7,204 is not below 25 %'],
    [{ reason: 'no-canary' }, 'the only version live'],
    [{ reason: 'blocked' }, 'the canary was taken back: stable'],
    [{ reason: 'bot' }, 'crawlers always get stable'],
    [{ reason: 'override' }, 'you asked for it (override)'],
    [{ arm: 'canary', reason: 'audience' }, 'you are in the audience that tries it'],
    [{ arm: 'stable', reason: 'audience' }, 'the canary is for another audience'],
    [{ reason: 'allow-list' }, 'you are on the list of those who try it'],
    [{ reason: 'region' }, 'the canary is not in your region'],
    [{ reason: 'no-subject' }, 'no visitor id, so stable'],
    [{ reason: 'error' }, 'the decision failed, so stable'],
  ])('says %j', (fields, words) => {
    const decision = { app: 'mfe1', version: 'v1.1.0', stable: 'v1.0.0', percent: 25, arm: 'stable', ...fields };
    expect(reasonInWords(decision as PageDecision)).toBe(words);
  });
});

describe('a switch', () => {
  it('F6 asks by a cookie for stable or canary, and for nothing where the app is as assigned', () => {
    const address = askFor(
      new Map([
        ['a', 'canary'],
        ['b', 'assigned'],
        ['c', 'stable'],
      ] as const),
    );
    expect(document.cookie).toContain('sluice_override=a:canary,c:stable');
    expect([wishFor('a'), wishFor('b'), wishFor('c')]).toEqual(['canary', 'assigned', 'stable']);
    expect(address).toBe(location.href);
    askFor(new Map());
    expect(document.cookie).not.toContain('sluice_override');
  });

  it('takes the place of what the address and another cookie ask for, and leaves the rest of both', () => {
    history.replaceState(null, '', '/orders?canary=true&sluice_override=a:stable&kept=1#part');
    document.cookie = 'canary=true;Path=/';
    expect(askFor(new Map([['a', 'canary']]))).toMatch(/\/orders\?kept=1#part$/);
    expect(document.cookie).not.toContain('canary=true');
    document.cookie = 'canary=yellow;Path=/';
    askFor(new Map());
    expect(document.cookie).toContain('canary=yellow');
  });

  it('is asked for by the address where cookies are blocked', () => {
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    Object.defineProperty(document, 'cookie', { configurable: true, get: denied, set: denied });
    expect(askFor(new Map([['a', 'canary']]))).toMatch(/\?sluice_override=a%3Acanary$/);
    delete (document as { cookie?: string }).cookie;
  });
});

describe('offerPanel', () => {
  it('listens once, however often it is called', () => {
    const added = vi.spyOn(globalThis, 'addEventListener');
    offerPanel();
    offerPanel();
    expect(added.mock.calls.filter(([type]) => type === 'keydown')).toHaveLength(1);
  });

  it('remembers one page load long that the panel was open; where storage is blocked it does not', () => {
    stayOpen();
    expect([wasOpen(), wasOpen()]).toEqual([true, false]);
    vi.stubGlobal('sessionStorage', undefined);
    expect(() => stayOpen()).not.toThrow();
    expect(wasOpen()).toBe(false);
  });
});
