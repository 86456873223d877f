import { remoteShare, type Incident, type Scenario } from './scenario.js';

/** How the sessions of one arm go, as shares of them. */
export interface Behaviour {
  /** Fail in any way. */
  readonly failed: number;
  /** Fail to load the app; part of `failed`. */
  readonly loadFailed: number;
}

export interface Behaviours {
  readonly canary: Behaviour;
  readonly baseline: Behaviour;
}

/** Both arms, in or outside the incident. */
export function behavioursOf({ errorRate, defect, incident }: Scenario, isIncident: boolean): Behaviours {
  const remote = errorRate * remoteShare;
  const baseline = { failed: errorRate, loadFailed: remote };
  const loadFailed = Math.min(1, remote * defect.remoteFactor);
  const failed = errorRate * defect.errorFactor + defect.errorAdd + (loadFailed - remote);
  const canary = { failed: Math.min(1, Math.max(failed, loadFailed)), loadFailed };
  if (!isIncident || incident === null) return { canary, baseline };
  return { canary: worsened(canary, incident), baseline: worsened(baseline, incident) };
}

function worsened({ failed, loadFailed }: Behaviour, { factor, rate }: Incident): Behaviour {
  return { failed: Math.min(1, Math.max(failed * factor, rate)), loadFailed: Math.min(1, loadFailed * factor) };
}

/** The span cut where an incident begins or ends. */
export function cutByIncident(
  { incident }: Scenario,
  span: { readonly fromMs: number; readonly toMs: number },
): readonly { readonly fromMs: number; readonly toMs: number; readonly isIncident: boolean }[] {
  const { fromMs, toMs } = span;
  if (incident === null) return [{ fromMs, toMs, isIncident: false }];
  const endMs = incident.startMs + incident.lengthMs;
  const cuts = [fromMs, ...[incident.startMs, endMs].filter((at) => at > fromMs && at < toMs), toMs];
  return cuts.slice(1).map((to, i) => {
    const from = cuts[i] ?? fromMs;
    return { fromMs: from, toMs: to, isIncident: from >= incident.startMs && from < endMs };
  });
}
