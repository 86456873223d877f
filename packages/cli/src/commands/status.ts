import { readStatus } from '@sluice/controller/commands';
import { coloursFor } from '../colours.js';
import { appsNamed, openContext, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';
import { drawTree } from '../tree.js';

export async function status(
  world: World,
  options: GlobalOptions & { readonly app: string | undefined },
): Promise<void> {
  const context = await openContext(world, options);
  const apps = appsNamed(context, options.app);
  const statuses = await Promise.all(apps.map((app) => readStatus(context.platform, app)));
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  say(options.json, { apps: statuses }, statuses.map((one) => drawTree(one, pc)).join('\n'));
}
