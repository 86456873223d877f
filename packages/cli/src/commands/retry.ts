import { retryRollout } from '@sluice/controller/commands';
import { appNamed, openContext, overridesOf, planFor, type GlobalOptions, type World } from '../context.js';
import { report } from './result.js';

interface RetryOptions extends GlobalOptions {
  readonly app: string;
  readonly plan?: string;
  readonly reason: string;
  readonly override?: readonly string[];
  readonly force?: boolean;
}

/** The version of the last rollout again, at stage 1, without a new build. */
export async function retry(world: World, options: RetryOptions): Promise<void> {
  const context = await openContext(world, options);
  const { app, reason } = options;
  const plan = planFor(context, appNamed(context, app), options.plan);
  const asked = { app, reason, plan, actor: context.actor, overrides: overridesOf(options) };
  await report(context, await retryRollout(context.platform, asked), options.json);
}
