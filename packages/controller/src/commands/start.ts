import type { Effect, Obstacle, Plan, Pointer, VersionId } from '@sluice/core';
import { DeliveryError, firstObstacle, isPreview, isRunning, overrideFor, pointerSchema, reduce } from '@sluice/core';
import type { Queued } from '@sluice/schema';
import type { Decision } from '../change-unit.js';
import { changeUnit } from '../change-unit.js';
import { readPlatformDocument } from '../documents.js';
import { obstaclesForAll } from '../obstacles.js';
import type { Platform, Superseding } from '../platform.js';
import { decideRamp } from '../ramp.js';
import { alarmOf } from '../reconcile.js';
import { statusOf } from '../status.js';
import { unableError } from '../unable-routers.js';
import type { UnitState } from '../unit.js';
import type { Asked, CommandResult } from './result.js';
import { unfitError } from './preflight.js';
import { findApp, findVersion, missingOrAltered, refuse } from './result.js';
import { decideSteer } from './steer.js';

export interface Start extends Asked {
  readonly version: string;
  readonly plan: Plan;
  /** What becomes of it while another rollout runs; default: what the app says. */
  readonly superseding?: Superseding | undefined;
  /** `same`: the users of the canary that it takes the place of. */
  readonly users?: 'same' | undefined;
}

/**
 * Starts a rollout; the first version of an app goes live at once. Starting the running one again answers with where it
 * stands. Refused: `app-unknown`, `version-name-invalid`, `version-not-found`, `version-altered`, `rollout-running`,
 * `rollout-obstructed`, `preflight-failed`, `dependency-unmet`, `router-unable`.
 */
export async function startRollout(platform: Platform, asked: Start): Promise<CommandResult> {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const version = findVersion(asked.version);
  if (version instanceof DeliveryError) return refuse(version);
  if (isPreview(version)) return refuse(previewError(version));
  const flaw = await missingOrAltered(platform, app, version);
  if (flaw !== undefined) return refuse(flaw);
  return changeUnit(platform, { app }, (unit) => decideStart(platform, { unit, asked, version }));
}

interface StartInput {
  readonly unit: UnitState;
  readonly asked: Start;
  readonly version: VersionId;
}

async function decideStart(platform: Platform, input: StartInput): Promise<Decision<CommandResult>> {
  const { unit, asked, version } = input;
  const { pointer, record } = unit.asked;
  const rollout = record.rollout;
  if (isRunning(rollout) && rollout.driftedSinceMs === null) {
    if (version === rollout.stable) return decideSteer(platform, { unit, asked, kind: 'abort' });
    if (version === rollout.canary) return unchanged(platform, unit, `${version} is being rolled out already.`);
  } else if (pointer !== null && version === pointer.version && pointer.canaryVersion === null) {
    return unchanged(platform, unit, `${version} is stable already; there is nothing to do.`);
  }
  // The first version needs no stages.
  const unable = pointer === null ? undefined : unableError(platform, { app: record.app, plan: asked.plan });
  if (unable !== undefined) return { kind: 'answer', answer: refuse(unable) };
  const obstacle = await obstacleToStart(platform, asked);
  if (obstacle !== undefined) return { kind: 'answer', answer: refuse(obstructed(asked, obstacle)) };
  const unfit = await unfitError(platform, { app: unit.asked.app, version, overrides: asked.overrides });
  if (unfit !== undefined) return { kind: 'answer', answer: refuse(unfit) };
  if (pointer === null) return firstVersion(platform, input);
  if (isRunning(rollout) && rollout.driftedSinceMs === null) return whileRunning(platform, { ...input, pointer });
  return begin(platform, { ...input, pointer, ended: [] });
}

async function obstacleToStart(platform: Platform, asked: Start): Promise<Obstacle | undefined> {
  const { value } = await readPlatformDocument(platform.store);
  const alarm = alarmOf(platform, asked.app);
  const obstacles: readonly Obstacle[] = [
    ...obstaclesForAll(platform, value),
    ...(alarm === undefined ? [] : [{ kind: 'alarm' as const, why: alarm }]),
  ];
  return firstObstacle(obstacles, asked.overrides ?? []);
}

/** Another version is on trial: it is waited for, replaced, or in the way. */
async function whileRunning(
  platform: Platform,
  input: StartInput & { readonly pointer: Pointer },
): Promise<Decision<CommandResult>> {
  const { unit, asked } = input;
  const { rollout } = unit.asked.record;
  if (!isRunning(rollout)) throw new TypeError('no rollout runs');
  const policy = asked.superseding ?? unit.asked.app.superseding ?? 'queue';
  if (policy === 'reject' || rollout.group !== null) {
    return { kind: 'answer', answer: refuse(runningError(asked.app, rollout)) };
  }
  const salt = asked.users === 'same' ? rollout.salt : null;
  if (policy === 'queue') {
    return queueIt(platform, { ...input, salt, why: `waits until ${rollout.canary} has ended` });
  }
  const again = salt === null ? asked : { ...asked, salt };
  return begin(platform, { ...input, asked: again, ended: superseded(platform, input) });
}

interface Beginning extends StartInput {
  readonly asked: Start & { readonly salt?: string };
  readonly pointer: Pointer;
  /** Lines about what ended to make room. */
  readonly ended: readonly Effect[];
}

async function begin(platform: Platform, input: Beginning): Promise<Decision<CommandResult>> {
  const { unit, asked, version, pointer, ended } = input;
  const ramp = await decideRamp(platform, {
    unit,
    version,
    before: pointer,
    plan: asked.plan,
    actor: asked.actor,
    reason: asked.reason,
    salt: asked.salt ?? null,
    overrides: asked.overrides ?? [],
    ended,
  });
  if (ramp.kind === 'refused') return { kind: 'answer', answer: refuse(ramp.error) };
  if (ramp.kind === 'waits')
    return queueIt(platform, { ...input, salt: asked.salt ?? null, why: `waits: ${ramp.why}` });
  return {
    kind: 'change',
    change: ramp.change,
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} ${version} is on trial with ${ramp.reach}, plan ${asked.plan.name}. Watch it with \`sluice watch ${asked.app}\`.`,
      status: statusOf(platform, after),
    }),
  };
}

interface Queueing extends StartInput {
  readonly pointer: Pointer;
  readonly salt: string | null;
  readonly why: string;
}

function queueIt(platform: Platform, input: Queueing): Decision<CommandResult> {
  const { unit, asked, version, salt, why, pointer } = input;
  const atMs = platform.now();
  const { plan, actor } = asked;
  const queue: Queued = { version, plan, actor, why: asked.reason, atMs, salt, overrides: asked.overrides ?? [] };
  const before = unit.record.queue;
  const instead = before === null || before.version === version ? '' : ` (in the place of ${before.version})`;
  const waits = why.replace(/\.$/, '');
  const { app } = unit.asked.record;
  const draft = { kind: 'queued' as const, atMs, app, version, stable: pointer.version, actor, automatic: false };
  return {
    kind: 'change',
    change: {
      members: [],
      queue,
      effects: [{ kind: 'history', draft: { ...draft, why: `${asked.reason}: ${waits}${instead}` } }],
    },
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} ${version} ${waits}${instead}. It starts by itself; see \`sluice status ${asked.app}\`.`,
      status: statusOf(platform, after),
    }),
  };
}

function superseded(platform: Platform, { unit, asked, version }: StartInput): readonly Effect[] {
  const { rollout } = unit.asked.record;
  if (!isRunning(rollout)) return [];
  const step = reduce(rollout, {
    kind: 'supersede',
    atMs: platform.now(),
    actor: asked.actor,
    why: `${version} takes its place: ${asked.reason}`,
    expected: {},
    generation: 0,
  });
  return step.kind === 'moved' ? step.effects : [];
}

function firstVersion(platform: Platform, input: StartInput): Decision<CommandResult> {
  const { unit, asked, version } = input;
  const atMs = platform.now();
  const { app } = unit.asked.record;
  const pointer: Pointer = {
    version,
    canaryVersion: null,
    canaryPercent: 0,
    lastUpdated: new Date(atMs).toISOString(),
    metadata: { deployedBy: asked.actor.name },
    schema: pointerSchema,
    generation: unit.asked.highestGeneration + 1,
  };
  const { overrides = [] } = asked;
  const who = { actor: asked.actor, ...(overrides.length === 0 ? {} : { overrides }) };
  const draft = { kind: 'first-version' as const, atMs, app, version, stable: version, ...who };
  return {
    kind: 'change',
    change: {
      members: [{ app, rollout: null, pointer }],
      effects: [{ kind: 'history', draft: { ...draft, percent: 100, why: asked.reason, automatic: false } }],
    },
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} ${version} is live for everybody: the first version needs no stages.`,
      status: statusOf(platform, after),
    }),
  };
}

function unchanged(platform: Platform, unit: UnitState, summary: string): Decision<CommandResult> {
  return { kind: 'answer', answer: { kind: 'unchanged', summary, status: statusOf(platform, unit) } };
}

function obstructed(asked: Start, obstacle: Obstacle): DeliveryError {
  const name = overrideFor(obstacle);
  return new DeliveryError({
    code: 'rollout-obstructed',
    message: `"${asked.app}" ${asked.version} cannot be started now. ${obstacle.why}`,
    remedy:
      name === undefined
        ? 'Wait until it is over.'
        : `Wait until it is over, or type the same with \`--override ${name} --reason "why it cannot wait"\`.`,
  });
}

function runningError(app: string, rollout: { readonly canary: string; readonly group: string | null }): DeliveryError {
  const unit = rollout.group ?? app;
  const moves = rollout.group === null ? '' : `, together with its group "${rollout.group}"`;
  return new DeliveryError({
    code: 'rollout-running',
    message: `A rollout of "${app}" is running: ${rollout.canary} is on trial${moves}.`,
    remedy: `Wait for it (\`sluice watch ${app}\`), or end it with \`sluice abort ${unit}\`${rollout.group === null ? '; `--hotfix` takes its place' : ''}.`,
  });
}

function previewError(version: string): DeliveryError {
  return new DeliveryError({
    code: 'version-name-invalid',
    message: `"${version}" is a preview; previews are opened by link and never rolled out.`,
    remedy: 'Publish the build as v1.2.3 or v<commit> and start that.',
  });
}
