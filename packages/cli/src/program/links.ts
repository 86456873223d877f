import { Argument, type Command } from 'commander';
import type { KeysAction } from '../commands/keys.js';
import type { World } from '../context.js';
import { examples, globals } from './flags.js';

interface LinkFlags {
  readonly for: string;
  readonly path: string;
  readonly origin?: string;
}

export function addLinks(program: Command, world: World): void {
  withLinkOptions(
    program
      .command('preview')
      .argument('<app>')
      .argument('<version>', 'published, also pr-12-abcd, which nobody sees without a link')
      .description('print a link that opens one version within the platform, for whoever has it, until it expires'),
    '7d',
  )
    .addHelpText('after', examples('preview mfe1 pr-12-abcd', 'preview mfe1 v1.2.0 --for 2h --path /orders'))
    .action(async (app: string, version: string, options: LinkFlags, command: Command) => {
      const { preview } = await import('../commands/grant.js');
      await preview(world, { app, version, ...options, ...globals(command) });
    });
  withLinkOptions(
    program
      .command('audience')
      .argument('<audience>', 'as a stage of a plan names it, like staff')
      .description('print a link that puts whoever opens it into an audience'),
    '30d',
  )
    .addHelpText('after', examples('audience staff', 'audience staff --for 90d --origin https://shop.example.com'))
    .action(async (audience: string, options: LinkFlags, command: Command) => {
      const commands = await import('../commands/grant.js');
      await commands.audience(world, { audience, ...options, ...globals(command) });
    });
  program
    .command('keys')
    .addArgument(
      new Argument('[action]', 'list, make a new key that signs from now on, or push those of the file to CloudFront')
        .choices(['list', 'rotate', 'push'])
        .default('list'),
    )
    .description('the keys that sign visitors and links; the last two before the newest still verify')
    .addHelpText('after', examples('keys', 'keys rotate', 'keys push --target production'))
    .action(async (action: KeysAction, _options: object, command: Command) => {
      const { keys } = await import('../commands/keys.js');
      await keys(world, { action, ...globals(command) });
    });
}

function withLinkOptions(command: Command, lasts: string): Command {
  return command
    .option('--for <length>', 'how long it lasts', lasts)
    .option('--path <path>', 'the page that it opens', '/')
    .option('--origin <origin>', "where the platform is reached (default: the target's edge)");
}
