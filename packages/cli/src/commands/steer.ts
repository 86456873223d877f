import { DeliveryError, parseVersionId } from '@sluice/core';
import {
  abortRollout,
  advanceRollout,
  pauseRollout,
  promoteRollout,
  readStatus,
  resumeRollout,
} from '@sluice/controller/commands';
import { openContext, overridesOf, unitNamed, type Context, type GlobalOptions, type World } from '../context.js';
import { report } from './result.js';

const commands = {
  advance: advanceRollout,
  promote: promoteRollout,
  pause: pauseRollout,
  resume: resumeRollout,
  abort: abortRollout,
} as const;

interface SteerOptions extends GlobalOptions {
  readonly kind: keyof typeof commands;
  readonly app: string;
  readonly reason: string;
  readonly version?: string;
  readonly stage?: number;
  readonly generation?: number;
  readonly override?: readonly string[];
}

export async function steer(world: World, options: SteerOptions): Promise<void> {
  const context = await openContext(world, options);
  const expected = await expectation(context, options);
  const { app, reason } = options;
  const asked = { app, reason, actor: context.actor, expected, overrides: overridesOf(options) };
  const result = await commands[options.kind](context.platform, asked);
  await report(context, result, options.json);
}

/** What is typed is checked; what is not typed is bound to what is there now. An abort is never stale. */
async function expectation(context: Context, options: SteerOptions) {
  const { stage, generation } = options;
  const version = options.version === undefined ? undefined : parseVersionId(options.version);
  if (options.version !== undefined && version === undefined) {
    throw new DeliveryError({
      code: 'version-name-invalid',
      message: `"${options.version}" is not a version.`,
      remedy: 'Use v1.2.3, or v followed by 7 to 40 hex digits of the commit.',
    });
  }
  if (options.kind === 'abort') return { version, stage, generation };
  const app = { place: unitNamed(context, options.app).place, kind: 'remote' as const };
  const seen = (await readStatus(context.platform, app)).rollout;
  const there = seen === null ? undefined : parseVersionId(seen.canary);
  return { version: version ?? there, stage: stage ?? seen?.stage, generation };
}
