import type { BeaconEvent, FailureKind, WatchedRollout } from '@sluice/core';
import { bucketOfValue, loadFromMs } from '@sluice/core';
import { fingerprintOf } from './fingerprint.js';
import type { Failure, ReportedSession } from './session.js';

/** Why a report changed nothing about its session. */
export type Ignored = 'repeated' | 'after-window' | 'unnamed-metric';

type Settings = Pick<WatchedRollout, 'app' | 'rules'>;

/** What an event says of a session that is known; undefined when something is known now that was not. */
export function report(session: ReportedSession, event: BeaconEvent, settings: Settings): Ignored | undefined {
  if (session.outcome === 'left') return 'repeated';
  switch (event.kind) {
    case 'attempt':
      return 'repeated';
    case 'left':
      if (session.outcome !== 'none') return 'repeated';
      session.outcome = 'left';
      return undefined;
    case 'metric':
      return isAfterWindow(event, settings) ? 'after-window' : reportMetric(session, event, settings);
    case 'ok':
    case 'failed':
      if (isAfterWindow(event, settings)) return 'after-window';
      if (session.outcome === 'failed' || session.outcome === event.kind) return 'repeated';
      return reportOutcome(session, event, settings);
  }
}

function isAfterWindow({ ageMs }: BeaconEvent, { rules }: Settings): boolean {
  return ageMs > rules.outcomeWindowMs;
}

function reportOutcome(session: ReportedSession, event: BeaconEvent, { app }: Settings): undefined {
  if (event.cold !== undefined && session.load === undefined) session.warm = !event.cold;
  if (event.kind === 'ok') {
    session.outcome = 'ok';
    session.load = event.loadMs === undefined ? -1 : bucketOfValue(event.loadMs, loadFromMs);
    return;
  }
  session.outcome = 'failed';
  session.failure = failureOf(event.error?.kind);
  if (event.error !== undefined) session.error = fingerprintOf(app, event.error);
}

const failures: Readonly<Record<FailureKind, Failure>> = {
  manifest: 'load',
  entry: 'load',
  incompatible: 'load',
  evaluate: 'load',
  chunk: 'load',
  stylesheet: 'load',
  boot: 'load',
  timeout: 'load',
  render: 'other',
  error: 'other',
};

/** Whether the app could not be loaded; `render` and `error` are its own. */
function failureOf(kind: FailureKind | undefined): Failure {
  return kind === undefined ? 'other' : failures[kind];
}

function reportMetric(
  session: ReportedSession,
  { metric, value }: BeaconEvent,
  { rules }: Settings,
): Ignored | undefined {
  const named = rules.reported?.find(({ name }) => name === metric);
  if (named === undefined || (named.kind === 'value' && value === undefined)) return 'unnamed-metric';
  session.reported ??= new Map();
  if (session.reported.has(named.name)) return 'repeated';
  session.reported.set(named.name, named.kind === 'value' ? bucketOfValue(value ?? 0, named.from) : 0);
  return undefined;
}
