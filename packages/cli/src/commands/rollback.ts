import { rollBack } from '@sluice/controller/commands';
import { openContext, planFor, unitNamed, type GlobalOptions, type World } from '../context.js';
import { withPublished } from './published.js';
import { report } from './result.js';

interface RollbackOptions extends GlobalOptions {
  readonly app: string;
  readonly to?: string;
  readonly further?: boolean;
  readonly force?: boolean;
  readonly reason: string;
}

export async function rollback(world: World, options: RollbackOptions): Promise<void> {
  const context = await openContext(world, options);
  const configured = unitNamed(context, options.app);
  const result = await rollBack(context.platform, {
    app: options.app,
    actor: context.actor,
    reason: options.reason,
    plan: planFor(context, configured),
    to: options.to,
    repeat: options.further === true ? 'further' : undefined,
    speed: options.force === true ? 'at-once' : undefined,
  });
  await report(context, await withPublished(result, { store: context.store, place: configured.place }), options.json);
}
