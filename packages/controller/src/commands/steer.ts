import type { ErrorCode, Expectation, RefusalCode, Rollout, RolloutEvent } from '@sluice/core';
import { DeliveryError, intendedPointer, isRunning, reduce, stageOf } from '@sluice/core';
import type { AppState } from '../app-state.js';
import type { Decision } from '../change-app.js';
import { changeApp } from '../change-app.js';
import type { Platform } from '../platform.js';
import { statusOf } from '../status.js';
import type { Asked, CommandResult } from './result.js';
import { findApp, refuse } from './result.js';

export interface Steer extends Asked {
  readonly expected?: Expectation | undefined;
}
type SteerKind = 'advance' | 'promote' | 'pause' | 'resume' | 'abort';

/** Next stage now, soak anew. Refused with `command-stale`, `already-final-stage`, `rollout-not-running`. */
export const advanceRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'advance');
/** 100 % now; the bake follows. Refused like advance. */
export const promoteRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'promote');
/** Stops the ramp until a person resumes it; the analysis goes on. */
export const pauseRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'pause');
export const resumeRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'resume');
/** 0 % in one write, the version blocked; stable stays. */
export const abortRollout = (platform: Platform, asked: Steer): Promise<CommandResult> =>
  steer(platform, asked, 'abort');

async function steer(platform: Platform, asked: Steer, kind: SteerKind): Promise<CommandResult> {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  return changeApp(platform, app, (state) => Promise.resolve(decideSteer(platform, { state, asked, kind })));
}

interface SteerInput {
  readonly state: AppState;
  readonly asked: Steer;
  readonly kind: SteerKind;
}

/** What a steering command does to a state; also used by rollback, which is an abort while a rollout runs. */
export function decideSteer(platform: Platform, input: SteerInput): Decision<CommandResult> {
  const { state, asked, kind } = input;
  const { rollout } = state.record;
  if (!isRunning(rollout) || state.pointer === null) return answerRefused(asked.app, 'rollout-not-running', undefined);
  const nextGeneration = state.highestGeneration + 1;
  const event: RolloutEvent = {
    kind,
    atMs: platform.now(),
    actor: asked.actor,
    why: asked.reason,
    expected: asked.expected ?? {},
    generation: state.pointer.generation ?? 0,
    nextGeneration,
  };
  const step = reduce(rollout, event);
  if (step.kind === 'refused') return answerRefused(asked.app, step.code, step.why);
  const pointer = intendedPointer(step.next, {
    before: state.pointer,
    generation: nextGeneration,
    lastUpdated: new Date(platform.now()).toISOString(),
    deployedBy: asked.actor.name,
  });
  const keeps = kind === 'pause' || kind === 'resume';
  return {
    kind: 'change',
    change: { rollout: step.next, effects: step.effects, ...(keeps ? {} : { pointer }) },
    answer: (after) => ({ kind: 'done', summary: summaryOf(step.next, kind), status: statusOf(platform, after) }),
  };
}

function summaryOf(rollout: Rollout, kind: SteerKind): string {
  const percent = `${String(stageOf(rollout).weightBp / 100)} %`;
  switch (kind) {
    case 'advance':
      return `${rollout.app} ${rollout.canary} is at ${percent} now (stage ${String(rollout.stage.index + 1)} of ${String(rollout.plan.stages.length)}); its soak begins anew.`;
    case 'promote':
      return `${rollout.app} ${rollout.canary} is at 100 % now and bakes before it becomes stable.`;
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
  'slot-known': 'internal',
  'not-yet': 'usage',
};

function answerRefused(app: string, code: RefusalCode, why: string | undefined): Decision<CommandResult> {
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
