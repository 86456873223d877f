/**
 * What the page tells about its apps. It brings the resolver along.
 *
 *   import { reportAttempt, reportError, reportReady } from '@sluice/resolver/report';
 *   reportAttempt('mfe1'); // it is being loaded
 *   reportReady('mfe1'); // it is on screen, or reportError('mfe1', error)
 */
import { getTelemetry } from './telemetry.js';

export type { PageDecision } from '../decide.js';
export { versionToLoad } from '../fallen-back.js';
export { loadedApp } from '../loaded.js';
export { pageState, type Loaded } from '../page-state.js';
export { getResolver } from '../resolver.js';
export { ownerOf } from './captured.js';
export { onDecision } from './on-decision.js';
export { createTelemetry, getTelemetry, type TelemetryOptions } from './telemetry.js';

/** Reports that an app is being loaded: its session on this page begins. The plugin does it for its remotes. */
export function reportAttempt(app: string): void {
  void getTelemetry().attempt(app);
}

/** Reports an error of an app: its session on this page has failed. Never throws. */
export function reportError(app: string, error: unknown): void {
  getTelemetry().failed(app, { kind: 'error', error });
}

/** Reports that an app is on screen. */
export function reportReady(app: string): void {
  getTelemetry().ready(app);
}

/** Reports something that the application measures or counts, once a session where a rollout's rules name it. */
export function reportMetric(app: string, name: string, value?: number): void {
  getTelemetry().metric(app, name, value);
}
