import type { AppId, AppKind, History, Pointer, Rollout } from '@sluice/core';
import { explainWaiting, historyKey, isInconclusive, isRunning, stageOf, verdictOf, waitingFor } from '@sluice/core';
import type { AppState } from './app-state.js';
import { readAppState } from './app-state.js';
import { readHistoryDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';

/** What a person wants to know of one app, ready to be shown. */
export interface AppStatus {
  readonly app: AppId;
  readonly kind: AppKind;
  readonly pointer: Pointer | null;
  /** The pointer is not what Sluice intends: a human changed it. */
  readonly drifted: boolean;
  readonly rollout: RolloutStatus | null;
  /** One sentence: what is going on, and why. */
  readonly sentence: string;
}

export interface RolloutStatus {
  readonly id: string;
  readonly stable: string;
  readonly canary: string;
  readonly plan: string;
  readonly startedAt: string;
  /** 1-based. */
  readonly stage: number;
  readonly stages: number;
  readonly desiredPercent: number;
  /** Canary's share of the sessions counted in this stage; null before the first. */
  readonly observedPercent: number | null;
  readonly soakMs: number;
  readonly soakLeftMs: number;
  readonly sessionsMissing: number;
  readonly canaryCounts: ArmStatus;
  readonly stableCounts: ArmStatus;
  readonly evidence: { readonly lnRollback: number; readonly lnRollbackMax: number; readonly lnHold: number };
  readonly waiting: 'nothing' | 'soak' | 'samples' | 'held' | 'paused' | 'drifted';
  readonly inconclusive: boolean;
  readonly outcome: string | null;
  readonly endedAt: string | null;
}

export interface ArmStatus {
  readonly sessions: number;
  readonly failed: number;
}

export async function readStatus(platform: Platform, app: PlatformApp): Promise<AppStatus> {
  return statusOf(platform, await readAppState(platform, app));
}

export async function readHistory(platform: Platform, app: PlatformApp): Promise<History> {
  return (await readHistoryDocument(platform.store, historyKey(app.place))).value;
}

export function statusOf(platform: Platform, state: AppState): AppStatus {
  const { rollout } = state.record;
  return {
    app: state.app.place.app,
    kind: state.app.kind,
    pointer: state.pointer,
    drifted: state.write === 'drifted' || (isRunning(rollout) && rollout.driftedSinceMs !== null),
    rollout: rollout && rolloutStatus(rollout, platform.now()),
    sentence: sentence(state, platform.now()),
  };
}

function sentence(state: AppState, nowMs: number): string {
  const { rollout } = state.record;
  if (state.pointer === null) return 'Nothing is deployed yet.';
  if (state.write === 'drifted') return 'The pointer was changed outside Sluice; the next tick takes note of it.';
  if (rollout === null) return `${state.pointer.version} is stable for everybody.`;
  if (rollout.end !== null) return `${rollout.canary} ended ${rollout.end.outcome}: ${rollout.end.why}`;
  const waiting = explainWaiting(rollout, waitingFor(rollout));
  if (!isInconclusive(rollout, nowMs)) return waiting;
  return `${waiting} The plan's longest duration is over: a person must decide (advance, promote or abort).`;
}

function rolloutStatus(rollout: Rollout, nowMs: number): RolloutStatus {
  const { totals } = rollout.analysis;
  const { evidence } = verdictOf(rollout.analysis);
  const waiting = rollout.end === null ? waitingFor(rollout) : undefined;
  const stage = stageOf(rollout);
  const seen = rollout.stage.canarySessions + rollout.stage.baselineSessions;
  return {
    id: rollout.id,
    stable: rollout.stable,
    canary: rollout.canary,
    plan: rollout.plan.name,
    startedAt: new Date(rollout.startedAtMs).toISOString(),
    stage: rollout.stage.index + 1,
    stages: rollout.plan.stages.length,
    desiredPercent: rollout.end === null ? stage.weightBp / 100 : 0,
    observedPercent: seen === 0 ? null : (100 * rollout.stage.canarySessions) / seen,
    soakMs: stage.soakMs,
    soakLeftMs: Math.max(0, stage.soakMs - rollout.stage.creditedMs),
    sessionsMissing: Math.max(0, rollout.plan.minSessions - rollout.stage.canarySessions),
    canaryCounts: totals.canary,
    stableCounts: totals.baseline,
    evidence,
    waiting: waiting?.kind ?? 'nothing',
    inconclusive: rollout.end === null && isInconclusive(rollout, nowMs),
    outcome: rollout.end?.outcome ?? null,
    endedAt: rollout.end === null ? null : new Date(rollout.end.atMs).toISOString(),
  };
}
