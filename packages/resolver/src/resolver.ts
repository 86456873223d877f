import { createDecisions } from './decisions.js';
import { hasFallenBack, rememberFallback } from './fallen-back.js';
import type { PageDecision } from './page-decision.js';
import { pageState } from './page-state.js';
import { createSender } from './sender.js';
import { createSessions, type Failure, type Sessions } from './sessions.js';
import { randomId } from './subject.js';

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

export function createResolver(options: ResolverOptions = {}): Resolver {
  const timeoutMs = options.timeoutMs ?? 2000;
  const decisions = createDecisions({
    indexUrl: options.indexUrl ?? '/platform-index.json',
    timeoutMs,
    defaults: options.defaults ?? {},
  });
  const sender = createSender({
    url: options.metricsUrl ?? '/api/metrics',
    page: randomId(),
    versions: () => Object.fromEntries([...decisions.made].map(([app, { version }]) => [app, version])),
  });
  let sessions: Sessions | undefined;
  const started = decisions.started.then(({ sampleRate }) => {
    sessions = createSessions(sender, Math.random() < sampleRate);
  });

  return {
    timeoutMs,
    async decisions() {
      await started;
      return decisions.made;
    },
    async resolve(app) {
      const decided = await decisions.of(app);
      if (decided === undefined) return undefined;
      const version = hasFallenBack(decided) ? decided.stable : decided.version;
      return {
        decision: decided,
        version,
        manifestUrl: `/${app}/${version}/mf-manifest.json`,
        stableManifestUrl: `/${app}/${decided.stable}/mf-manifest.json`,
      };
    },
    async attempt(app) {
      const decided = await decisions.of(app);
      await started;
      // Who fell back before was counted then, and is counted no more in this rollout.
      if (decided !== undefined && !hasFallenBack(decided)) sessions?.attempt(decided);
    },
    ready: (app, load) => sessions?.ready(app, load),
    failed(app, failure) {
      const decided = decisions.made.get(app);
      sessions?.failed(app, failure);
      if (failure.fellBack && decided) rememberFallback(decided);
    },
  };
}

/** The resolver of this page: one for all copies of this module. */
export function getResolver(options?: ResolverOptions): Resolver {
  return (pageState().resolver ??= createResolver(options));
}
