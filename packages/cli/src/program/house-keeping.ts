import type { Command } from 'commander';
import type { World } from '../context.js';
import { examples, globals, whole } from './flags.js';

export function addHouseKeeping(program: Command, world: World): void {
  program
    .command('changes')
    .description('everything that changed, all apps, newest first')
    .option('--since <length>', 'how far back', '2h')
    .option('--app <app>', 'of one app only')
    .addHelpText('after', examples('changes --since 2h', 'changes --since 7d --app mfe1'))
    .action(async (options: { since: string; app?: string }, command: Command) => {
      const { changes } = await import('../commands/changes.js');
      await changes(world, { ...options, ...globals(command) });
    });
  program
    .command('gc')
    .argument('[app]')
    .description('remove versions that nothing may need; without --yes it only tells which')
    .option('--keep <n>', 'the last so many versions stay', whole, 10)
    .option('--seen <length>', 'what a page had within this time stays', '30d')
    .option('--ignore-seen', 'do without knowing which versions pages have')
    .option('--yes', 'remove them')
    .addHelpText('after', examples('gc', 'gc mfe1 --keep 5 --yes'))
    .action(async (app: string | undefined, options: GcFlags, command: Command) => {
      const { gc } = await import('../commands/gc.js');
      process.exitCode = await gc(world, { app, ...options, ...globals(command) });
    });
}

interface GcFlags {
  readonly keep: number;
  readonly seen: string;
  readonly ignoreSeen?: boolean;
  readonly yes?: boolean;
}
