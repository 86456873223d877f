import type { BaselineBefore, Effect, Pointer } from '@sluice/core';
import { firstObstacle, firstWeightBp, sluice } from '@sluice/core';
import type { PlatformDocument, Queued } from '@sluice/schema';
import { baselineBefore } from './baselines.js';
import type { Change } from './commit.js';
import { unfitError } from './commands/preflight.js';
import { missingOrAltered } from './commands/result.js';
import { obstaclesForAll } from './obstacles.js';
import type { Platform, PlatformApp } from './platform.js';
import { decideRamp } from './ramp.js';
import { alarmOf } from './reconcile.js';
import { limitOnStart } from './running-slots.js';
import type { UnitState } from './unit.js';

/** Starts what waits, when nothing is in its way any more; undefined where it waits on, or nothing does. */
export async function decideQueued(
  platform: Platform,
  unit: UnitState,
  document: PlatformDocument,
): Promise<{ readonly kind: 'change'; readonly change: Change } | undefined> {
  const { queue } = unit.record;
  const { pointer, app } = unit.asked;
  if (queue === null || pointer === null) return undefined;
  const known = await baselineBefore(platform, app.place.app);
  if (whyItWaits(platform, { unit, queue, document, known }) !== undefined) return undefined;
  const flaw =
    isSettled(pointer, queue) ??
    (await missingOrAltered(platform, app, queue.version))?.message ??
    (await unfit(platform, app, queue));
  if (flaw !== undefined) return dropped(platform, { unit, queue, why: flaw });
  const ramp = await decideRamp(platform, {
    unit,
    version: queue.version,
    before: pointer,
    plan: queue.plan,
    actor: queue.actor,
    reason: queue.why,
    salt: queue.salt,
    overrides: queue.overrides,
    ended: [],
  });
  if (ramp.kind === 'waits') return undefined;
  if (ramp.kind === 'refused') return dropped(platform, { unit, queue, why: ramp.error.message });
  return { kind: 'change', change: ramp.change };
}

/** Others may have moved while it waited. */
async function unfit(platform: Platform, app: PlatformApp, queue: Queued): Promise<string | undefined> {
  const error = await unfitError(platform, { app, ...queue });
  return error && [error.message, ...error.details].join(' ');
}

/** What happened while it waited may have answered the question. */
function isSettled(pointer: Pointer, { version }: Queued): string | undefined {
  if (pointer.version === version) return 'It is stable already.';
  return pointer.blocked?.includes(version) === true ? 'It was blocked while it waited.' : undefined;
}

interface Waits {
  readonly unit: UnitState;
  readonly queue: Queued;
  readonly document: PlatformDocument;
  /** What is known of stable: an adaptive ramp begins with what its traffic allows. */
  readonly known: BaselineBefore | undefined;
}

/** Why a start does not begin although nothing of its app runs; undefined where nothing holds it. */
export function whyItWaits(platform: Platform, waits: Waits): string | undefined {
  const { unit, queue, document } = waits;
  const alarm = queue.overrides.includes('alarm') ? undefined : alarmOf(platform, unit.asked.record.app);
  const obstacle = firstObstacle(obstaclesForAll(platform, document), queue.overrides)?.why ?? alarm;
  return obstacle ?? (queue.overrides.includes('limit') ? undefined : limitOf(platform, waits));
}

function limitOf(platform: Platform, { unit, queue, document, known }: Waits): string | undefined {
  const { app } = unit.asked.record;
  const weightBp = firstWeightBp(queue.plan, known);
  const slot = { unit: app, rolloutId: '', salt: queue.salt ?? `${app}@${queue.version}`, weightBp, sinceMs: 0 };
  const others = document.running.filter((one) => one.unit !== app);
  return limitOnStart(platform, others, slot)?.why;
}

/** It can never start as it is: a person must look. */
function dropped(
  platform: Platform,
  { unit, queue, why }: { readonly unit: UnitState; readonly queue: Queued; readonly why: string },
): { readonly kind: 'change'; readonly change: Change } {
  const { app } = unit.asked.record;
  const effect: Effect = {
    kind: 'history',
    draft: {
      kind: 'dequeued',
      atMs: platform.now(),
      app,
      version: queue.version,
      stable: unit.asked.pointer?.version ?? queue.version,
      actor: sluice,
      automatic: true,
      why: `It waited and cannot be started: ${why}`,
    },
  };
  return { kind: 'change', change: { members: [], effects: [effect], queue: null } };
}
