import { defaultSampleRate, isBot, type Beacon, type BeaconEvent } from '@sluice/core';
import type { PageDecision } from '../decide.js';
import { rememberFallback, versionToLoad } from '../fallen-back.js';
import { pageState, runningVersion } from '../page-state.js';
import { getResolver } from '../resolver.js';
import { randomId } from '../subject.js';
import type { Failure, Telemetry } from '../telemetry.js';
import { captureErrors } from './captured.js';
import { described } from './described.js';
import { createSender } from './sender.js';
import { createSessions } from './sessions.js';

export interface TelemetryOptions {
  /** Default `/api/metrics`. */
  readonly metricsUrl?: string;
  /** Whether the visitor agrees; asked before each event. Default: yes. */
  readonly consent?: () => boolean;
}

/** What a page tells: of all its apps in a rollout, of a share of them outside. */
export function createTelemetry({ metricsUrl = '/api/metrics', consent }: TelemetryOptions = {}): Telemetry {
  const page = randomId();
  const chance = Math.random();
  const versions = (): Beacon['versions'] =>
    Object.fromEntries([...sessions.all].map(([app, { version }]) => [app, runningVersion(app) ?? version]));
  const sender = createSender(metricsUrl, () => ({ schema: 1, page, versions: versions() }));
  const sessions = createSessions((event) => {
    if (consent?.() !== false) sender.send(event);
  });
  const failed = (app: string, failure: Failure): void => {
    (pageState().failures ??= {})[app] = failure;
    sessions.end(app, 'failed', { fellBack: failure.fellBack, error: described(failure) } as Partial<BeaconEvent>);
    const session = sessions.all.get(app);
    // Not where the page was left meanwhile: that counts nowhere, and would count with the next page.
    if (failure.fellBack && session?.outcome !== 'left') rememberFallback(app, session?.trial);
  };

  const see = (isSeen: boolean): void => {
    sessions.see(isSeen);
    sender.flush();
  };
  // Some browsers close a tab without hiding it first.
  addEventListener('pagehide', () => see(false));
  addEventListener('visibilitychange', () => see(!document.hidden));
  captureErrors((app, kind, error) => {
    const loaded = pageState().loaded.get(app);
    // A script of a remote is told by the promise of whoever loads it.
    if (loaded && kind === 'entry') return;
    const isBoot = !loaded && kind === 'error' && !sessions.all.get(app)?.outcome;
    failed(app, { kind: isBoot ? 'boot' : kind, error, fellBack: kind === 'stylesheet' && loaded?.fallBack() });
  });

  return {
    async attempt(app) {
      const decision = await getResolver().resolve(app);
      if (!decision || sessions.all.has(app)) return;
      sessions.begin(decision, isWanted(decision, chance));
      // The server counts it once however often it comes; without it the canary would seem to work for all who are left.
      if (versionToLoad(decision) !== decision.version) {
        failed(app, { kind: 'error', error: 'fell back', fellBack: true });
      }
    },
    ready: (app) => sessions.end(app, 'ok'),
    failed,
    metric: sessions.metric,
  };
}

/** All pages of a rollout report; outside of rollouts a share of them. */
function isWanted({ reason }: PageDecision, chance: number): boolean {
  const share = (pageState().sampleRate ?? defaultSampleRate) as number;
  return reason === 'bucket' || (reason === 'no-canary' && chance < share && !isBot(navigator.userAgent));
}

/** The telemetry of this page: one for all copies of this module. */
export function getTelemetry(options?: TelemetryOptions): Telemetry {
  return (pageState().telemetry ??= createTelemetry(options));
}
