import type { Pointer, VersionId } from '@sluice/core';
import { DeliveryError, isRunning, maxBlocked } from '@sluice/core';
import type { AppState } from '../app-state.js';
import type { Decision } from '../change-app.js';
import { changeApp } from '../change-app.js';
import type { Platform } from '../platform.js';
import { statusOf } from '../status.js';
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
  return changeApp(platform, app, (state) => Promise.resolve(decideBlock(platform, { state, asked, version })));
}

interface Input {
  readonly state: AppState;
  readonly asked: Block;
  readonly version: VersionId;
}

function decideBlock(platform: Platform, input: Input): Decision<CommandResult> {
  const { state, asked, version } = input;
  const { pointer } = state;
  const { rollout } = state.record;
  if (pointer === null || pointer.version === version) {
    return { kind: 'answer', answer: refuse(servedError(asked, pointer)) };
  }
  if (isRunning(rollout) && rollout.canary === version) return decideSteer(platform, { state, asked, kind: 'abort' });
  if (pointer.blocked?.includes(version) === true) {
    const summary = `${version} is blocked already.`;
    return { kind: 'answer', answer: { kind: 'unchanged', summary, status: statusOf(platform, state) } };
  }
  const atMs = platform.now();
  const draft = {
    kind: 'blocked' as const,
    atMs,
    version,
    stable: pointer.version,
    actor: asked.actor,
    why: asked.reason,
  };
  return {
    kind: 'change',
    change: {
      rollout,
      effects: [{ kind: 'history', draft: { ...draft, automatic: false } }],
      pointer: {
        ...pointer,
        schema: 1,
        generation: state.highestGeneration + 1,
        lastUpdated: new Date(atMs).toISOString(),
        blocked: [...(pointer.blocked ?? []), version].slice(-maxBlocked),
      },
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
