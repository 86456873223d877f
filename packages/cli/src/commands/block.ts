import { blockVersion } from '@sluice/controller/commands';
import { openContext, type GlobalOptions, type World } from '../context.js';
import { report } from './result.js';

interface BlockOptions extends GlobalOptions {
  readonly app: string;
  readonly version: string;
  readonly reason: string;
}

export async function block(world: World, options: BlockOptions): Promise<void> {
  const context = await openContext(world, options);
  const { app, version, reason } = options;
  await report(
    context,
    await blockVersion(context.platform, { app, version, reason, actor: context.actor }),
    options.json,
  );
}
