import type { Command } from 'commander';
import { DeliveryError } from '@sluice/core';
import type { GlobalOptions, World } from '../context.js';
import { aboveZero, examples, globals, collect, part } from './flags.js';

export function addSetup(program: Command, world: World): void {
  program
    .command('init')
    .description('write sluice.config.ts and make the store')
    .option('--shell <app>', 'a shell (repeatable)', collect, [])
    .option('--remote <app>', 'a remote (repeatable)', collect, [])
    .option('--sessions-per-day <n>', 'of your busiest app: recommends a plan for it, and says why', aboveZero)
    .addHelpText(
      'after',
      examples(
        'init --shell shell --remote mfe1 --remote mfe2',
        'init --shell shell --remote mfe1 --sessions-per-day 50000',
      ),
    )
    .action(async (options: { shell: string[]; remote: string[]; sessionsPerDay?: number }, command: Command) => {
      const { init } = await import('../commands/init.js');
      await init(world, { ...options, ...globals(command) });
    });
  addPublish(program, world);
  addAdopt(program, world);
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

function addPublish(program: Command, world: World): void {
  program
    .command('publish')
    .argument('[dir]', 'the build')
    .description('put a build into the store, once and for ever')
    .requiredOption('--app <app>', 'which app')
    .requiredOption('--version <version>', 'v1.2.3, or v and 7 to 40 hex digits')
    .option('--from <target>', 'instead of a build: copy it from another target, with the same hashes')
    .option('--commit <sha>', 'commit that it was built from')
    .option('--entry <file>', 'what pages load first, of a remote without Module Federation, like app.js')
    .option('--needs <app@range>', 'version of another app that it needs (repeatable)', collect, [])
    .option('--shared <name@version>', 'what a shell without a manifest shares (repeatable)', collect, [])
    .option('--no-rollback-safe', 'it changes what users store: only a person takes it back')
    .addHelpText(
      'after',
      examples(
        'publish dist --app mfe1 --version v1.1.0',
        'publish dist --app mfe1 --version v$(git rev-parse HEAD)',
        'publish --from staging --target production --app mfe1 --version v1.1.0',
      ),
    )
    .action(async (dir: string | undefined, options: PublishFlags, command: Command) => {
      process.exitCode = await runPublish(world, { dir, ...options, ...globals(command) });
    });
}

type Publishing = PublishFlags & GlobalOptions & { readonly dir: string | undefined };

async function runPublish(world: World, options: Publishing): Promise<number> {
  const { dir, from } = options;
  if (from !== undefined && dir === undefined) {
    const { publishFrom } = await import('../commands/publish-from.js');
    return publishFrom(world, { ...options, from });
  }
  if (dir === undefined || from !== undefined) {
    throw new DeliveryError({
      code: 'usage',
      message: 'publish takes a build, or --from a target.',
      remedy: 'Write `sluice publish dist --app mfe1 --version v1.1.0`, or `--from staging` without a folder.',
    });
  }
  const { publish } = await import('../commands/publish.js');
  return publish(world, { ...options, dir });
}

interface PublishFlags {
  readonly from?: string;
  readonly app: string;
  readonly version: string;
  readonly commit?: string;
  readonly entry?: string;
  readonly needs: readonly string[];
  readonly shared: readonly string[];
  readonly rollbackSafe: boolean;
}

interface AdoptFlags {
  readonly version: string;
  readonly global?: string;
  readonly force?: boolean;
  readonly reason?: string;
}

function addAdopt(program: Command, world: World): void {
  program
    .command('adopt')
    .argument('<app>')
    .argument('<source>', 'folder of a build, or the address where it is live')
    .description('take a build that is live already as the first stable version, with or without a manifest')
    .option('--version <version>', 'what to call it', 'v1.0.0')
    .option('--global <name>', 'page-wide name of a script remote, where its entry does not show it')
    .option('--force', 'although the preflight speaks against it; needs --reason')
    .option('--reason <text>', 'why')
    .addHelpText(
      'after',
      examples('adopt mfe1 dist', 'adopt mfe1 https://cdn.example.com/mfe1/remoteEntry.js --version v2.3.0'),
    )
    .action(async (app: string, source: string, options: AdoptFlags, command: Command) => {
      const { adopt } = await import('../commands/adopt.js');
      await adopt(world, { app, source, ...options, ...globals(command) });
    });
}
