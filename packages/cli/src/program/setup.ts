import type { Command } from 'commander';
import type { World } from '../context.js';
import { examples, globals, collect, part } from './flags.js';

export function addSetup(program: Command, world: World): void {
  program
    .command('init')
    .description('write sluice.config.ts and make the store')
    .option('--shell <app>', 'a shell (repeatable)', collect, [])
    .option('--remote <app>', 'a remote (repeatable)', collect, [])
    .addHelpText('after', examples('init --shell shell --remote mfe1 --remote mfe2'))
    .action(async (options: { shell: string[]; remote: string[] }, command: Command) => {
      const { init } = await import('../commands/init.js');
      await init(world, { ...options, ...globals(command) });
    });
  program
    .command('publish')
    .argument('<dir>', 'the build')
    .description('put a build into the store, once and for ever')
    .requiredOption('--app <app>', 'which app')
    .requiredOption('--version <version>', 'v1.2.3, or v and 7 to 40 hex digits')
    .option('--commit <sha>', 'commit that it was built from')
    .option('--needs <app@range>', 'version of another app that it needs (repeatable)', collect, [])
    .option('--shared <name@version>', 'what a shell without a manifest shares (repeatable)', collect, [])
    .option('--no-rollback-safe', 'it changes what users store: only a person takes it back')
    .addHelpText(
      'after',
      examples('publish dist --app mfe1 --version v1.1.0', 'publish dist --app mfe1 --version v$(git rev-parse HEAD)'),
    )
    .action(async (dir: string, options: PublishFlags, command: Command) => {
      const { publish } = await import('../commands/publish.js');
      await publish(world, { dir, ...options, ...globals(command) });
    });
  program
    .command('serve')
    .description('run controller and edge until stopped; the edge is a process of its own')
    .option('--only <part>', 'edge or controller, not both', part)
    .option('--api <origin>', "where an edge alone finds the controller's API (default: the target's)")
    .addHelpText('after', examples('serve', 'serve --only controller', 'serve --only edge --api http://127.0.0.1:4401'))
    .action(async (options: { only?: 'edge' | 'controller'; api?: string }, command: Command) => {
      const { serve } = await import('../commands/serve.js');
      await serve(world, { ...options, ...globals(command) });
    });
  program
    .command('doctor')
    .description('check configuration, store, documents and processes; each finding with its remedy')
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(async (_options: object, command: Command) => {
      const { doctor } = await import('../commands/doctor.js');
      process.exitCode = await doctor(world, globals(command));
    });
}

interface PublishFlags {
  readonly app: string;
  readonly version: string;
  readonly commit?: string;
  readonly needs: readonly string[];
  readonly shared: readonly string[];
  readonly rollbackSafe: boolean;
}
