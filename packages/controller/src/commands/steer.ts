import type { ErrorCode, Expectation, OverrideName, RefusalCode, Rollout, RolloutEvent } from '@sluice/core';
import { DeliveryError, percentOf, reduceAll, stale } from '@sluice/core';
import type { Decision } from '../change-unit.js';
import { changeUnit } from '../change-unit.js';
import { movedChange } from '../moved-change.js';
import { obstaclesFor } from '../obstacles.js';
import { readPlatformDocument } from '../documents.js';
import type { Platform } from '../platform.js';
import { statusOf } from '../status.js';
import type { UnitState } from '../unit.js';
import { nextGeneration, runningIn } from '../unit.js';
import type { Asked, CommandResult } from './result.js';
import { findUnit, refuse } from './result.js';

export interface Steer extends Asked {
  readonly expected?: Expectation | undefined;
}
type SteerKind = 'advance' | 'promote' | 'pause' | 'resume' | 'abort';

/** Next stage now, soak anew. Refused with `command-stale`, `already-final-stage`, `rollout-not-running` … */
export const advanceRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'advance');
/** 100 % now; the bake follows. Refused like advance. */
export const promoteRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'promote');
/** Stops the ramp until a person resumes it; the analysis goes on. */
export const pauseRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'pause');
/** Ends a pause, and a hold by evidence: the person takes it upon herself. */
export const resumeRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'resume');
/** 0 % in one write, the version blocked; stable stays. What was queued is dropped. */
export const abortRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'abort');

async function steer(platform: Platform, asked: Steer, kind: SteerKind): Promise<CommandResult> {
  const app = findUnit(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  return changeUnit(platform, { app }, (unit) => decideSteer(platform, { unit, asked, kind }));
}

interface SteerInput {
  readonly unit: UnitState;
  readonly asked: Steer;
  readonly kind: SteerKind;
}

/** What a steering command does to a unit; also used by rollback, which is an abort while a rollout runs. */
export async function decideSteer(platform: Platform, input: SteerInput): Promise<Decision<CommandResult>> {
  const { unit, asked, kind } = input;
  const running = runningIn(unit);
  const member = unit.asked.record.rollout;
  if (running.length === 0 || member === null || unit.asked.pointer === null) {
    return answerRefused(asked, 'rollout-not-running', undefined);
  }
  const event = await eventOf(platform, input);
  const outdated = stale(member, event);
  if (outdated?.kind === 'refused') return answerRefused(asked, outdated.code, outdated.why);
  const step = reduceAll(running, 'expected' in event ? { ...event, expected: {} } : event);
  if (step.kind === 'refused') return answerRefused(asked, step.code, step.why);
  const moved = { members: step.next, effects: step.effects, deployedBy: asked.actor.name };
  const change = movedChange(platform, unit, moved);
  return {
    kind: 'change',
    change: kind === 'abort' ? { ...change, queue: null } : change,
    answer: (after) => ({
      kind: 'done',
      summary: step.next.map((rollout) => summaryOf(rollout, kind)).join(' '),
      status: statusOf(platform, after),
    }),
  };
}

async function eventOf(platform: Platform, { unit, asked, kind }: SteerInput): Promise<RolloutEvent> {
  const said = {
    atMs: platform.now(),
    actor: asked.actor,
    why: asked.reason,
    expected: asked.expected ?? {},
    generation: unit.asked.pointer?.generation ?? 0,
  };
  if (kind !== 'advance' && kind !== 'promote') return { kind, ...said };
  const overrides: readonly OverrideName[] = asked.overrides ?? [];
  const { value } = await readPlatformDocument(platform.store);
  const to = kind === 'advance' ? ('stage' as const) : ('end' as const);
  const obstacles = await obstaclesFor(platform, unit, { document: value, to });
  return { kind, ...said, nextGeneration: nextGeneration(unit), overrides, obstacles };
}

function summaryOf(rollout: Rollout, kind: SteerKind): string {
  const percent = percentOf(rollout);
  switch (kind) {
    case 'advance':
      return `${rollout.app} ${rollout.canary} is at ${percent} now (stage ${String(rollout.stage.index + 1)} of ${String(rollout.plan.stages.length)}); its soak begins anew.`;
    case 'promote':
      return `${rollout.app} ${rollout.canary} is at ${percent} now and bakes before it becomes stable.`;
    case 'pause':
      return `${rollout.app} ${rollout.canary} is paused at ${percent}. Go on with \`sluice resume ${rollout.app}\`.`;
    case 'resume':
      return `${rollout.app} ${rollout.canary} goes on at ${percent}.`;
    case 'abort':
      return `${rollout.app} ${rollout.canary} is aborted: everybody gets ${rollout.stable}, and ${rollout.canary} is blocked.`;
  }
}

const codes: Readonly<Record<RefusalCode, ErrorCode>> = {
  'rollout-not-running': 'rollout-not-running',
  'command-stale': 'command-stale',
  'already-final-stage': 'already-final-stage',
  'not-paused': 'not-paused',
  'pointer-drifted': 'pointer-drifted',
  'rollout-obstructed': 'rollout-obstructed',
  'weight-capped': 'weight-capped',
  'slot-known': 'internal',
  'not-yet': 'usage',
};

function answerRefused(asked: Asked, code: RefusalCode, why: string | undefined): Decision<CommandResult> {
  const { app } = asked;
  const error = new DeliveryError({
    code: codes[code],
    message: why ?? `No rollout of "${app}" is running.`,
    remedy:
      code === 'rollout-not-running'
        ? `Start one with \`sluice start ${app} <version>\`, or see \`sluice history ${app}\`.`
        : `See where it stands with \`sluice status ${app}\`.`,
  });
  return { kind: 'answer', answer: refuse(error) };
}
