import type { Plan } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import type { Platform } from '../platform.js';
import { readUnit } from '../unit.js';
import type { Asked, CommandResult } from './result.js';
import { findApp, refuse } from './result.js';
import { startRollout } from './start.js';

export interface Retry extends Asked {
  readonly plan: Plan;
}

/**
 * Starts the version of the last rollout again, at stage 1, without a new build; it is blocked no longer. Refused:
 * `rollout-not-running` where there was none, and like start.
 */
export async function retryRollout(platform: Platform, asked: Retry): Promise<CommandResult> {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const { rollout } = (await readUnit(platform, app)).asked.record;
  if (rollout === null) return refuse(nothing(asked.app));
  return startRollout(platform, { ...asked, version: rollout.canary });
}

function nothing(app: string): DeliveryError {
  return new DeliveryError({
    code: 'rollout-not-running',
    message: `"${app}" has had no rollout that could be tried again.`,
    remedy: `Start one with \`sluice start ${app} <version>\`.`,
  });
}
