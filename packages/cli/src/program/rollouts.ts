import type { Command } from 'commander';
import type { Superseding } from '@sluice/controller/commands';
import { overrideNames } from '@sluice/core';
import type { World } from '../context.js';
import { examples, globals, collect, superseding } from './flags.js';

export function addRollouts(program: Command, world: World): void {
  program
    .command('start')
    .argument('<app>', 'an app, or a group of apps')
    .argument('<version...>', 'a version; for a group app@version of each member that moves')
    .description('start a rollout; the first version of an app goes live at once')
    .option('--plan <name>', "plan (default: the app's)")
    .option('--hotfix', 'take the place of what is on trial, at once')
    .option('--if-running <what>', 'queue, replace or reject, while another version is on trial', superseding)
    .option('--same-users', 'keep the users of the canary that it takes the place of')
    .option('--override <rule>', `a rule to override (repeatable): ${overrideNames.join(', ')}`, collect, [])
    .option('--force', 'although the preflight speaks against it; needs --reason')
    .option('--reason <text>', 'why')
    .addHelpText(
      'after',
      examples(
        'start mfe1 v1.1.0',
        'start mfe1 v1.1.0 --plan standard --reason "new checkout"',
        'start mfe1 v1.1.1 --hotfix --same-users',
        'start checkout mfe1@v1.1.0 mfe2@v2.0.0',
        'start mfe1 v1.1.1 --override freeze --reason "payments fail"',
        'start mfe1 v1.1.0 --force --reason "no shell loads ./Old"',
      ),
    )
    .action(async (app: string, versions: readonly string[], options: StartFlags, command: Command) => {
      const { start } = await import('../commands/start.js');
      await start(world, { app, versions, ...options, ...globals(command) });
    });
  addPreflight(program, world);
  addRetry(program, world);
  addWayBack(program, world);
}

function addPreflight(program: Command, world: World): void {
  program
    .command('preflight')
    .argument('<app>')
    .argument('<version>')
    .description(
      'look at a version as start does: files, manifest, what it exposes and shares; exits 7 where it would not start',
    )
    .addHelpText('after', examples('preflight mfe1 v1.1.0', 'preflight mfe1 v1.1.0 --json'))
    .action(async (app: string, version: string, _options: object, command: Command) => {
      const { runPreflight } = await import('../commands/preflight.js');
      process.exitCode = await runPreflight(world, { app, version, ...globals(command) });
    });
}

function addRetry(program: Command, world: World): void {
  program
    .command('retry')
    .argument('<app>')
    .description('start the version of the last rollout again, at stage 1, without a new build')
    .option('--plan <name>', "plan (default: the app's)")
    .option('--override <rule>', 'a rule to override (repeatable)', collect, [])
    .option('--force', 'although the preflight speaks against it')
    .option('--reason <text>', 'why', 'tried again')
    .addHelpText('after', examples('retry mfe1 --reason "the backend was down"'))
    .action(async (app: string, options: RetryFlags, command: Command) => {
      const { retry } = await import('../commands/retry.js');
      await retry(world, { app, ...options, ...globals(command) });
    });
}

function addWayBack(program: Command, world: World): void {
  program
    .command('rollback')
    .argument('<app>', 'an app, or a group of apps')
    .description('take users off the newest version: an abort during a rollout, a return after it')
    .option('--to <version>', 'a given version')
    .option('--further', 'once more, within 10 minutes of the last time')
    .option('--force', 'at once, without stages, however long ago the version was good')
    .option('--reason <text>', 'why', 'rollback')
    .addHelpText('after', examples('rollback mfe1', 'rollback mfe1 --to v1.0.0 --reason "checkout fails"'))
    .action(async (app: string, options: RollbackOptions, command: Command) => {
      const { rollback } = await import('../commands/rollback.js');
      await rollback(world, { app, ...options, ...globals(command) });
    });
  program
    .command('block')
    .argument('<app>')
    .argument('<version>')
    .description('a version that nobody may keep')
    .option('--reason <text>', 'why', 'blocked by hand')
    .addHelpText('after', examples('block mfe1 v1.0.9 --reason "leaks tokens"'))
    .action(async (app: string, version: string, options: { reason: string }, command: Command) => {
      const { block } = await import('../commands/block.js');
      await block(world, { app, version, ...options, ...globals(command) });
    });
}

interface StartFlags {
  readonly plan?: string;
  readonly hotfix?: boolean;
  readonly ifRunning?: Superseding;
  readonly sameUsers?: boolean;
  readonly override: readonly string[];
  readonly force?: boolean;
  readonly reason?: string;
}

interface RetryFlags {
  readonly plan?: string;
  readonly override: readonly string[];
  readonly force?: boolean;
  readonly reason: string;
}

interface RollbackOptions {
  readonly to?: string;
  readonly further?: boolean;
  readonly force?: boolean;
  readonly reason: string;
}
