import type { Pointer, VersionId } from '@sluice/core';
import { DeliveryError, isRunning, maxBlocked } from '@sluice/core';
import type { Decision } from '../change-unit.js';
import { changeUnit } from '../change-unit.js';
import type { Platform } from '../platform.js';
import { statusOf } from '../status.js';
import type { UnitState } from '../unit.js';
import { nextGeneration } from '../unit.js';
import type { Asked, CommandResult } from './result.js';
import { findApp, findVersion, refuse } from './result.js';
import { decideSteer } from './steer.js';

export interface Block extends Asked {
  readonly version: string;
}

/** Blocks a version that nobody may keep. The running canary is aborted by it; stable cannot be blocked. */
export async function blockVersion(platform: Platform, asked: Block): Promise<CommandResult> {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const version = findVersion(asked.version);
  if (version instanceof DeliveryError) return refuse(version);
  return changeUnit(platform, { app }, (unit) => decideBlock(platform, { unit, asked, version }));
}

interface Input {
  readonly unit: UnitState;
  readonly asked: Block;
  readonly version: VersionId;
}

async function decideBlock(platform: Platform, input: Input): Promise<Decision<CommandResult>> {
  const { unit, asked, version } = input;
  const { pointer, record } = unit.asked;
  if (pointer === null || pointer.version === version) {
    return { kind: 'answer', answer: refuse(servedError(asked, pointer)) };
  }
  if (isRunning(record.rollout) && record.rollout.canary === version) {
    return decideSteer(platform, { unit, asked, kind: 'abort' });
  }
  if (pointer.blocked?.includes(version) === true) {
    const summary = `${version} is blocked already.`;
    return { kind: 'answer', answer: { kind: 'unchanged', summary, status: statusOf(platform, unit) } };
  }
  return blocked(platform, { ...input, pointer });
}

function blocked(platform: Platform, input: Input & { readonly pointer: Pointer }): Decision<CommandResult> {
  const { unit, asked, version, pointer } = input;
  const atMs = platform.now();
  const { app, rollout } = unit.asked.record;
  const { queue } = unit.record;
  const draft = { kind: 'blocked' as const, atMs, app, version, stable: pointer.version, actor: asked.actor };
  const next: Pointer = {
    ...pointer,
    schema: 1,
    generation: nextGeneration(unit),
    lastUpdated: new Date(atMs).toISOString(),
    blocked: [...(pointer.blocked ?? []), version].slice(-maxBlocked),
  };
  return {
    kind: 'change',
    change: {
      members: [{ app, rollout, pointer: next }],
      effects: [{ kind: 'history', draft: { ...draft, why: asked.reason, automatic: false } }],
      queue: queue?.version === version ? null : queue,
    },
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} ${version} is blocked.`,
      status: statusOf(platform, after),
    }),
  };
}

function servedError(asked: Block, pointer: Pointer | null): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message:
      pointer === null
        ? `Nothing of "${asked.app}" is deployed yet.`
        : `${asked.version} is what everybody has; blocking it would leave nothing to serve.`,
    remedy: `Take users off it with \`sluice rollback ${asked.app}\`; that blocks it as well.`,
  });
}
