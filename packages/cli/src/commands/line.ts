import { releaseTheLine, stopTheLine } from '@sluice/controller/commands';
import { openContext, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';

interface LineOptions extends GlobalOptions {
  readonly kind: 'pause' | 'resume';
  readonly reason: string;
}

/** Stop-the-line, and its end: all apps in one write. */
export async function line(world: World, options: LineOptions): Promise<void> {
  const context = await openContext(world, options);
  const asked = { actor: context.actor, reason: options.reason };
  const result = await (options.kind === 'pause' ? stopTheLine : releaseTheLine)(context.platform, asked);
  say(options.json, { result: result.kind, summary: result.summary }, result.summary);
}
