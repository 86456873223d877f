import { parseAppId, parseVersionId } from '@sluice/core';
import type { PageDecision } from './page-decision.js';
import { decideInPage } from './page-decision.js';
import { pageState } from './page-state.js';
import { loadPointers, type PagePointers } from './pointers.js';
import { createSender } from './sender.js';
import { createSessions, type Failure, type Sessions } from './sessions.js';
import { recall, remember } from './storage.js';
import { randomId, subject } from './subject.js';

export interface ResolverOptions {
  /** Default `/platform-index.json`. */
  readonly indexUrl?: string;
  /** Default `/api/metrics`. */
  readonly metricsUrl?: string;
  /** How long the index, and a manifest or an entry, may take. Default 2,000. */
  readonly timeoutMs?: number;
  /** The version of an app to use where nothing can be read. */
  readonly defaults?: Readonly<Record<string, string>>;
}

/** Where an app is loaded from on this page. */
export interface ResolvedApp {
  readonly decision: PageDecision;
  /** The version to load: the decided one, or stable where this browser could not load the canary before. */
  readonly version: string;
  readonly manifestUrl: string;
  readonly stableManifestUrl: string;
}

export interface Resolver {
  readonly timeoutMs: number;
  /** All apps of the platform; decided once per page load and pinned. Never rejects. */
  decisions(): Promise<ReadonlyMap<string, PageDecision>>;
  /** Undefined for an app that Sluice does not know. Never rejects. */
  resolve(app: string): Promise<ResolvedApp | undefined>;
  /** The app is being loaded: a session begins. */
  attempt(app: string): Promise<void>;
  /** The app is on screen. */
  ready(app: string, load?: { readonly cold: boolean }): void;
  /** The app failed; with `fellBack`, this browser stays on stable for this canary. */
  failed(app: string, failure: Failure): void;
}

const fellBackKey = 'sluice_fellback';

export function createResolver(options: ResolverOptions = {}): Resolver {
  const timeoutMs = options.timeoutMs ?? 2000;
  const made = new Map<string, PageDecision>();
  const sender = createSender({
    url: options.metricsUrl ?? '/api/metrics',
    page: randomId(),
    versions: () => Object.fromEntries([...made].map(([app, { version }]) => [app, version])),
  });
  let sessions: Sessions | undefined;
  const started = begin();

  async function begin(): Promise<PagePointers> {
    const indexUrl = options.indexUrl ?? '/platform-index.json';
    const pointers = await loadPointers({ indexUrl, timeoutMs, now: Date.now });
    const who = subject();
    for (const [app, pointer] of pointers.apps) made.set(app, decideInPage(app, pointer, who));
    sessions = createSessions(sender, Math.random() < pointers.sampleRate);
    return pointers;
  }

  async function decision(app: string): Promise<PageDecision | undefined> {
    const pointers = await started;
    const known = made.get(app);
    if (known !== undefined || parseAppId(app) === undefined) return known;
    const pointer = await pointers.single(app);
    // Another call may have decided in the meantime; one decision per page.
    const one = made.get(app) ?? (pointer ? decideInPage(app, pointer, subject()) : fromDefaults(app));
    if (one !== undefined) made.set(app, one);
    return one;
  }

  function fromDefaults(app: string): PageDecision | undefined {
    const version = parseVersionId(options.defaults?.[app]);
    return version && { app, version, stable: version, arm: 'stable', reason: 'error', percent: 0 };
  }

  return {
    timeoutMs,
    async decisions() {
      await started;
      return made;
    },
    async resolve(app) {
      const decided = await decision(app);
      if (decided === undefined) return undefined;
      const version = isFallenBack(app, decided.version) ? decided.stable : decided.version;
      return {
        decision: decided,
        version,
        manifestUrl: `/${app}/${version}/mf-manifest.json`,
        stableManifestUrl: `/${app}/${decided.stable}/mf-manifest.json`,
      };
    },
    async attempt(app) {
      const decided = await decision(app);
      // Who fell back before was counted then, and is counted no more in this rollout.
      if (decided !== undefined && !isFallenBack(app, decided.version)) sessions?.attempt(decided);
    },
    ready: (app, load) => sessions?.ready(app, load),
    failed(app, failure) {
      const decided = made.get(app);
      sessions?.failed(app, failure);
      if (failure.fellBack && decided) remember(fellBackKey, { ...fallenBack(), [app]: decided.version });
    },
  };
}

function fallenBack(): Readonly<Record<string, unknown>> {
  const stored = recall(fellBackKey);
  return typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
}

function isFallenBack(app: string, version: string): boolean {
  return Object.hasOwn(fallenBack(), app) && fallenBack()[app] === version;
}

/** The resolver of this page: one for all copies of this module. */
export function getResolver(options?: ResolverOptions): Resolver {
  return (pageState().resolver ??= createResolver(options));
}
