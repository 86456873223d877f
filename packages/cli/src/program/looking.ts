import type { Command } from 'commander';
import type { World } from '../context.js';
import { examples, globals } from './flags.js';

export function addLooking(program: Command, world: World): void {
  program
    .command('status')
    .argument('[app]')
    .description('where everything stands, and why')
    .addHelpText('after', examples('status', 'status mfe1 --json'))
    .action(async (app: string | undefined, _options: object, command: Command) => {
      const { status } = await import('../commands/status.js');
      await status(world, { app, ...globals(command) });
    });
  program
    .command('watch')
    .argument('[app]')
    .description(
      'follow a rollout until it ends; exits 0 promoted, 3 taken back, 4 inconclusive, 5 timed out, 6 drifted',
    )
    .option('--timeout <length>', 'give up after, like 2h (exit 5)')
    .addHelpText('after', examples('watch mfe1', 'watch mfe1 --timeout 2h'))
    .action(async (app: string | undefined, options: { timeout?: string }, command: Command) => {
      const { watch } = await import('../commands/watch.js');
      process.exitCode = await watch(world, { app, ...options, ...globals(command) });
    });
  program
    .command('history')
    .argument('[app]')
    .description('who did what, when and why, newest first')
    .addHelpText('after', examples('history mfe1', 'history mfe1 --json'))
    .action(async (app: string | undefined, _options: object, command: Command) => {
      const { history } = await import('../commands/history.js');
      await history(world, { app, ...globals(command) });
    });
}
