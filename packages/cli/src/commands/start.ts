import { startRollout } from '@sluice/controller/commands';
import { appNamed, openContext, planFor, type GlobalOptions, type World } from '../context.js';
import { report } from './result.js';

interface StartOptions extends GlobalOptions {
  readonly app: string;
  readonly version: string;
  readonly plan?: string;
  readonly reason: string;
}

export async function start(world: World, options: StartOptions): Promise<void> {
  const context = await openContext(world, options);
  const plan = planFor(context, appNamed(context, options.app), options.plan);
  const { app, version, reason } = options;
  const result = await startRollout(context.platform, { app, version, plan, reason, actor: context.actor });
  await report(context, result, options.json);
}
