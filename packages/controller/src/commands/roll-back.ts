import type { Effect, History, HistoryEntry, Plan, Pointer, VersionId } from '@sluice/core';
import {
  blockingPointer,
  DeliveryError,
  historyKey,
  isRunning,
  lastTakenBack,
  lastStableUntil,
  reduce,
  stableVersions,
} from '@sluice/core';
import type { AppState } from '../app-state.js';
import type { Decision } from '../change-app.js';
import { changeApp } from '../change-app.js';
import { readHistoryDocument } from '../documents.js';
import { defaultRollbackWindowMs, type Platform } from '../platform.js';
import { statusOf } from '../status.js';
import type { CommandResult } from './result.js';
import { findApp, findVersion, missingOrAltered, refuse } from './result.js';
import { decideRamp } from './start.js';
import { decideSteer, type Steer } from './steer.js';

export interface RollBack extends Steer {
  readonly to?: string | undefined;
  /** `further`: yes, once more, within 10 minutes of the last time. */
  readonly repeat?: 'further' | undefined;
  /** `at-once`: no stages, however long ago the version was good. */
  readonly speed?: 'at-once' | undefined;
  /** For a version outside the rollback window. */
  readonly plan: Plan;
}

/** Within this time a second rollback needs to be asked for: the first one may simply not have been noticed. */
const repeatedWithinMs = 10 * 60_000;

/**
 * Takes users off the newest version, always: an abort while a rollout runs, else a return to the version that was good
 * before; never forward to one that was taken back. Refused: `rollback-repeated`, `rollback-nowhere`,
 * `version-not-found`, `version-altered`, `app-unknown`, `version-name-invalid`.
 */
export async function rollBack(platform: Platform, asked: RollBack): Promise<CommandResult> {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const to = asked.to === undefined ? undefined : findVersion(asked.to);
  if (to instanceof DeliveryError) return refuse(to);
  return changeApp(platform, app, async (state) => {
    const history = await readHistoryDocument(platform.store, historyKey(app.place));
    return decide(platform, { state, asked, to, history: history.value });
  });
}

interface Input {
  readonly state: AppState;
  readonly asked: RollBack;
  readonly to: VersionId | undefined;
  readonly history: History;
}

async function decide(platform: Platform, input: Input): Promise<Decision<CommandResult>> {
  const { state, asked, to } = input;
  const { pointer } = state;
  if (pointer === null) return refusal(nowhere(asked.app));
  const running = isRunning(state.record.rollout);
  if (running && (to === undefined || to === pointer.version))
    return decideSteer(platform, { state, asked, kind: 'abort' });
  if (to === pointer.version && pointer.canaryVersion === null) {
    const summary = `${asked.app} is on ${to} already; nothing was written.`;
    return { kind: 'answer', answer: { kind: 'unchanged', summary, status: statusOf(platform, state) } };
  }
  if (!running && to === undefined && pointer.canaryVersion !== null) {
    return goTo(platform, { ...input, pointer, target: pointer.version, off: pointer.canaryVersion });
  }
  if (to === undefined && asked.repeat === undefined) {
    const last = lastTakenBack(input.history);
    if (last !== undefined && platform.now() - Date.parse(last.at) < repeatedWithinMs)
      return refusal(repeated(asked.app, last));
  }
  return decideTarget(platform, { ...input, pointer });
}

async function decideTarget(platform: Platform, input: Input & { pointer: Pointer }): Promise<Decision<CommandResult>> {
  const { state, asked, to, pointer } = input;
  const target = to ?? goodBefore(input.history, pointer);
  if (target === undefined) return refusal(nowhere(asked.app));
  const flaw = await missingOrAltered(platform, state.app, target);
  if (flaw !== undefined) return refusal(flaw);
  const running = isRunning(state.record.rollout);
  if (asked.speed === undefined && !running && !isRecent(platform, input.history, target)) {
    return decideRamp(platform, { state, asked, version: target, before: pointer });
  }
  const off = running && pointer.canaryVersion !== null ? pointer.canaryVersion : pointer.version;
  return goTo(platform, { ...input, pointer, target, off });
}

/** The last version that was good before the present one and was not taken back since. */
function goodBefore(history: History, pointer: Pointer): VersionId | undefined {
  return stableVersions(history).findLast(
    (version) => version !== pointer.version && pointer.blocked?.includes(version) !== true,
  );
}

function isRecent(platform: Platform, history: History, target: VersionId): boolean {
  const until = lastStableUntil(history, target);
  if (until === undefined || until === null) return until === null;
  return platform.now() - Date.parse(until) <= (platform.rollbackWindowMs ?? defaultRollbackWindowMs);
}

function goTo(
  platform: Platform,
  input: Input & { pointer: Pointer; target: VersionId; off: VersionId },
): Decision<CommandResult> {
  const { state, asked, target, off, pointer } = input;
  const atMs = platform.now();
  const next = blockingPointer(
    { version: target, blocked: off },
    {
      before: pointer,
      generation: state.highestGeneration + 1,
      lastUpdated: new Date(atMs).toISOString(),
      deployedBy: asked.actor.name,
    },
  );
  const ended = endRunning(platform, input);
  const returned: Effect = {
    kind: 'history',
    draft: {
      kind: 'returned',
      atMs,
      version: off,
      stable: target,
      actor: asked.actor,
      why: asked.reason,
      automatic: false,
      outcome: 'rolled-back',
    },
  };
  return {
    kind: 'change',
    change: { rollout: ended.rollout, effects: [...ended.effects, returned], pointer: next },
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} is back on ${target}; ${off} is blocked.`,
      status: statusOf(platform, after),
    }),
  };
}

function endRunning(
  platform: Platform,
  input: Input & { pointer: Pointer },
): Pick<AppState['record'], 'rollout'> & { effects: readonly Effect[] } {
  const { rollout } = input.state.record;
  if (!isRunning(rollout)) return { rollout, effects: [] };
  const step = reduce(rollout, {
    kind: 'abort',
    atMs: platform.now(),
    actor: input.asked.actor,
    why: input.asked.reason,
    expected: {},
    generation: input.pointer.generation ?? 0,
  });
  return step.kind === 'moved' ? { rollout: step.next, effects: step.effects } : { rollout, effects: [] };
}

function refusal(error: DeliveryError): Decision<CommandResult> {
  return { kind: 'answer', answer: refuse(error) };
}

function nowhere(app: string): DeliveryError {
  return new DeliveryError({
    code: 'rollback-nowhere',
    message: `There is no version of "${app}" that was good before and was not taken back since.`,
    remedy: `Name one: \`sluice rollback ${app} --to <version>\`; \`sluice history ${app}\` lists what there was.`,
  });
}

function repeated(app: string, last: HistoryEntry): DeliveryError {
  return new DeliveryError({
    code: 'rollback-repeated',
    message: `${last.version} was taken back at ${last.at} already, less than 10 minutes ago; ${last.stable} is served since.`,
    remedy: `To go back one more, type \`sluice rollback ${app} --further\`; to a given one, \`--to <version>\`.`,
  });
}
