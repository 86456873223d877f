import type { AppId, AppKind, History, Pointer, Rollout } from '@sluice/core';
import {
  explainWaiting,
  historyKey,
  isRunning,
  stageOf,
  verdictOf,
  waitingFor,
  type Verdict,
  type Waiting,
} from '@sluice/core';
import { baselineBefore } from './baselines.js';
import { readHistoryDocument, readPlatformDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';
import { whyItWaits } from './queue.js';
import { seenByRouters, type RouteState } from './route.js';
import type { UnitState } from './unit.js';
import { readUnit } from './unit.js';

/** What a person wants to know of one app, ready to be shown. */
export interface AppStatus {
  readonly app: AppId;
  readonly kind: AppKind;
  /** The group that moves it now or moved it last. */
  readonly group: string | null;
  readonly pointer: Pointer | null;
  /** The pointer is not what Sluice intends: a human changed it. */
  readonly drifted: boolean;
  readonly rollout: RolloutStatus | null;
  /** A start that waits, and for what. */
  readonly queued: { readonly version: string; readonly by: string; readonly since: string } | null;
  /** What each router serves; empty where pages and edge read the store itself. */
  readonly served: readonly RouteState[];
  /** One sentence: what is going on, and why. */
  readonly sentence: string;
}

export interface RolloutStatus {
  readonly id: string;
  readonly stable: string;
  readonly canary: string;
  readonly plan: string;
  /** The configuration has another plan of this name by now; the rollout keeps the one that it started with. */
  readonly planChanged: boolean;
  readonly mode: 'act' | 'observe';
  readonly startedAt: string;
  /** 1-based. */
  readonly stage: number;
  readonly stages: number;
  readonly audience: string | null;
  readonly desiredPercent: number;
  /** Canary's share of the sessions counted in this stage; null before the first. */
  readonly observedPercent: number | null;
  readonly soakMs: number;
  readonly soakLeftMs: number;
  readonly sessionsMissing: number;
  /** What the analysis says, with its counts, evidence, thresholds and band. */
  readonly verdict: Verdict;
  readonly waiting: 'nothing' | Waiting['kind'];
  /** Not done by its deadline. */
  readonly degraded: boolean;
  readonly inconclusive: boolean;
  /** In mode observe: what Sluice would have done. */
  readonly wouldHave: { readonly action: string; readonly at: string; readonly why: string } | null;
  readonly outcome: string | null;
  readonly endedAt: string | null;
}

export async function readStatus(platform: Platform, app: PlatformApp): Promise<AppStatus> {
  const read = await readUnit(platform, app);
  const unit = platform.routers === undefined ? read : { ...read, routes: await seenByRouters(platform, read) };
  const status = statusOf(platform, unit);
  const { queue } = unit.record;
  if (queue === null || isRunning(unit.asked.record.rollout)) return status;
  const { value: document } = await readPlatformDocument(platform.store);
  const known = await baselineBefore(platform, app.place.app);
  const why = whyItWaits(platform, { unit, queue, document, known });
  return why === undefined ? status : { ...status, sentence: `${queue.version} waits: ${why}` };
}

export async function readHistory(platform: Platform, app: PlatformApp): Promise<History> {
  return (await readHistoryDocument(platform.store, historyKey(app.place))).value;
}

export function statusOf(platform: Platform, unit: UnitState): AppStatus {
  const { asked, record } = unit;
  const { rollout } = asked.record;
  const { queue } = record;
  return {
    app: asked.app.place.app,
    kind: asked.app.kind,
    group: record.id === null ? null : record.unit,
    pointer: asked.pointer,
    drifted: asked.write === 'drifted' || (isRunning(rollout) && rollout.driftedSinceMs !== null),
    rollout: rollout && rolloutStatus(platform, rollout),
    queued: queue && { version: queue.version, by: queue.actor.name, since: iso(queue.atMs) },
    served: unit.routes ?? [],
    sentence: `${sentence(unit)}${unserved(unit.routes ?? [])}`,
  };
}

function sentence({ asked, record, members }: UnitState): string {
  const { rollout } = asked.record;
  const next = record.queue === null ? '' : ` ${record.queue.version} waits for its turn.`;
  if (asked.pointer === null) return 'Nothing is deployed yet.';
  if (asked.write === 'drifted') return 'The pointer was changed outside Sluice; the next tick takes note of it.';
  if (rollout === null) return `${asked.pointer.version} is stable for everybody.${next}`;
  if (rollout.end !== null) return `${rollout.canary} ended ${rollout.end.outcome}: ${rollout.end.why}${next}`;
  const own = waitingFor(rollout);
  const other = members.find(
    (member) => member !== asked && isRunning(member.record.rollout) && waitingFor(member.record.rollout) !== undefined,
  );
  if (own === undefined && isRunning(other?.record.rollout)) {
    const { rollout: slower } = other.record;
    return `Waits for ${slower.app}, which moves with it: ${explainWaiting(slower, waitingFor(slower))}${next}`;
  }
  return `${inconclusive(rollout)}${explainWaiting(rollout, own)}${next}`;
}

/** Never called done before it is read back as served. */
function unserved(routes: readonly RouteState[]): string {
  const late = routes.filter(({ state }) => state !== 'served');
  if (late.length === 0) return '';
  const names = late.map(({ router, state }) => `${router} (${state})`).join(', ');
  return ` Partial: not served yet by ${names}; it is tried again until it is.`;
}

function inconclusive(rollout: Rollout): string {
  if (!rollout.inconclusive || rollout.plan.onInconclusive !== 'ask') return '';
  return "The plan's longest duration is over: a person must decide (advance, promote or abort). ";
}

function rolloutStatus(platform: Platform, rollout: Rollout): RolloutStatus {
  const waiting = rollout.end === null ? waitingFor(rollout) : undefined;
  const now = platform.planOf?.(rollout.app, rollout.plan.name);
  return {
    id: rollout.id,
    stable: rollout.stable,
    canary: rollout.canary,
    plan: rollout.plan.name,
    planChanged: now !== undefined && JSON.stringify(now) !== JSON.stringify(rollout.plan),
    mode: rollout.plan.mode,
    startedAt: iso(rollout.startedAtMs),
    ...stageStatus(rollout),
    verdict: verdictOf(rollout.analysis, rollout.plan.rules),
    waiting: waiting?.kind ?? 'nothing',
    degraded: rollout.stage.degraded,
    inconclusive: rollout.end === null && rollout.inconclusive,
    wouldHave: rollout.wouldHave && { ...rollout.wouldHave, at: iso(rollout.wouldHave.sinceMs) },
    outcome: rollout.end?.outcome ?? null,
    endedAt: rollout.end === null ? null : iso(rollout.end.atMs),
  };
}

function stageStatus(
  rollout: Rollout,
): Pick<
  RolloutStatus,
  'stage' | 'stages' | 'audience' | 'desiredPercent' | 'observedPercent' | 'soakMs' | 'soakLeftMs' | 'sessionsMissing'
> {
  const stage = stageOf(rollout);
  const { canarySessions, baselineSessions, creditedMs, index } = rollout.stage;
  const seen = canarySessions + baselineSessions;
  return {
    stage: index + 1,
    stages: rollout.plan.stages.length,
    audience: stage.audience ?? null,
    desiredPercent: rollout.end === null ? rollout.stage.weightBp / 100 : 0,
    observedPercent: seen === 0 ? null : (100 * canarySessions) / seen,
    soakMs: stage.soakMs,
    soakLeftMs: Math.max(0, stage.soakMs - creditedMs),
    sessionsMissing: stage.audience === undefined ? Math.max(0, rollout.plan.minSessions - canarySessions) : 0,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
