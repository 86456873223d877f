import type { Plan, Pointer, VersionId } from '@sluice/core';
import {
  DeliveryError,
  intendedPointer,
  isPreview,
  isRunning,
  pointerSchema,
  startRollout as begin,
} from '@sluice/core';
import type { AppState } from '../app-state.js';
import type { Decision } from '../change-app.js';
import { changeApp } from '../change-app.js';
import type { Platform } from '../platform.js';
import { statusOf } from '../status.js';
import type { Asked, CommandResult } from './result.js';
import { findApp, findVersion, missingOrAltered, refuse } from './result.js';
import { decideSteer } from './steer.js';

export interface Start extends Asked {
  readonly version: string;
  readonly plan: Plan;
}

/**
 * Starts a rollout; the first version of an app goes live at once. Starting the running one again answers with where it
 * stands. Refused: `app-unknown`, `version-name-invalid`, `version-not-found`, `version-altered`, `rollout-running`.
 */
export async function startRollout(platform: Platform, asked: Start): Promise<CommandResult> {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const version = findVersion(asked.version);
  if (version instanceof DeliveryError) return refuse(version);
  if (isPreview(version)) return refuse(previewError(version));
  const flaw = await missingOrAltered(platform, app, version);
  if (flaw !== undefined) return refuse(flaw);
  return changeApp(platform, app, (state) => Promise.resolve(decideStart(platform, { state, asked, version })));
}

interface StartInput {
  readonly state: AppState;
  readonly asked: Start;
  readonly version: VersionId;
}

function decideStart(platform: Platform, input: StartInput): Decision<CommandResult> {
  const { state, asked, version } = input;
  const { rollout } = state.record;
  if (state.pointer === null) return firstVersion(platform, input);
  if (isRunning(rollout) && rollout.driftedSinceMs === null) {
    if (version === rollout.stable) return decideSteer(platform, { state, asked, kind: 'abort' });
    if (version === rollout.canary) return unchanged(platform, state, `${version} is being rolled out already.`);
    return { kind: 'answer', answer: refuse(runningError(asked.app, rollout.canary)) };
  }
  if (version === state.pointer.version && state.pointer.canaryVersion === null) {
    return unchanged(platform, state, `${version} is stable already; there is nothing to do.`);
  }
  return decideRamp(platform, { ...input, before: state.pointer });
}

export interface Ramp {
  readonly state: AppState;
  readonly asked: Asked & { readonly plan: Plan };
  readonly version: VersionId;
  readonly before: Pointer;
}

/** A new rollout on top of whatever pointer is there; also the way back to a version that was good long ago. */
export function decideRamp(platform: Platform, input: Ramp): Decision<CommandResult> {
  const { state, asked, version, before } = input;
  const generation = state.highestGeneration + 1;
  const started = begin({
    id: platform.newId(),
    app: state.app.place.app,
    stable: before.version,
    canary: version,
    plan: asked.plan,
    actor: asked.actor,
    why: asked.reason,
    atMs: platform.now(),
    nextGeneration: generation,
  });
  const lastUpdated = new Date(platform.now()).toISOString();
  const pointer = intendedPointer(started.next, { before, generation, lastUpdated, deployedBy: asked.actor.name });
  return {
    kind: 'change',
    change: { rollout: started.next, effects: started.effects, pointer },
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} ${version} is on trial with ${String(pointer.canaryPercent)} % of the users, plan ${asked.plan.name}. Watch it with \`sluice watch ${asked.app}\`.`,
      status: statusOf(platform, after),
    }),
  };
}

function firstVersion(platform: Platform, input: StartInput): Decision<CommandResult> {
  const { state, asked, version } = input;
  const atMs = platform.now();
  const pointer: Pointer = {
    version,
    canaryVersion: null,
    canaryPercent: 0,
    lastUpdated: new Date(atMs).toISOString(),
    metadata: { deployedBy: asked.actor.name },
    schema: pointerSchema,
    generation: state.highestGeneration + 1,
  };
  const draft = { kind: 'first-version' as const, atMs, version, stable: version, actor: asked.actor, percent: 100 };
  return {
    kind: 'change',
    change: {
      rollout: null,
      effects: [{ kind: 'history', draft: { ...draft, why: asked.reason, automatic: false } }],
      pointer,
    },
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} ${version} is live for everybody: the first version needs no stages.`,
      status: statusOf(platform, after),
    }),
  };
}

function unchanged(platform: Platform, state: AppState, summary: string): Decision<CommandResult> {
  return { kind: 'answer', answer: { kind: 'unchanged', summary, status: statusOf(platform, state) } };
}

function runningError(app: string, canary: string): DeliveryError {
  return new DeliveryError({
    code: 'rollout-running',
    message: `A rollout of "${app}" is running: ${canary} is on trial.`,
    remedy: `Wait for it (\`sluice watch ${app}\`), or end it with \`sluice abort ${app}\`.`,
  });
}

function previewError(version: string): DeliveryError {
  return new DeliveryError({
    code: 'version-name-invalid',
    message: `"${version}" is a preview; previews are opened by link and never rolled out.`,
    remedy: 'Publish the build as v1.2.3 or v<commit> and start that.',
  });
}
