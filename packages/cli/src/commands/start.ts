import { startRollout } from '@sluice/controller/commands';
import { appNamed, openContext, planFor, type GlobalOptions, type World } from '../context.js';
import { withPublished } from './published.js';
import { report } from './result.js';

interface StartOptions extends GlobalOptions {
  readonly app: string;
  readonly version: string;
  readonly plan?: string;
  readonly reason: string;
}

export async function start(world: World, options: StartOptions): Promise<void> {
  const context = await openContext(world, options);
  const configured = appNamed(context, options.app);
  const plan = planFor(context, configured, options.plan);
  const { app, version, reason } = options;
  const result = await startRollout(context.platform, { app, version, plan, reason, actor: context.actor });
  await report(context, await withPublished(result, { store: context.store, place: configured.place }), options.json);
}
