import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { GlobalOptions, World } from './context.js';

/** Every command, with help that teaches. What a command does is imported when it runs. */
export function createProgram(world: World): Command {
  const program = new Command('sluice')
    .description('Progressive delivery for micro-frontends: a new version reaches 5 % of the users first.')
    // `--version` belongs to publish and to the steering commands; alone it still says Sluice's own.
    .version('0.1.0', '-V, --sluice-version', 'version of Sluice')
    .exitOverride()
    // What is wrong is told by output.ts, in the form of every other error.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .option('--config <file>', 'configuration (default: the nearest sluice.config.ts)')
    .option('--target <name>', 'target of the configuration (default: local)')
    .option('--json', 'one JSON document instead of text')
    .option('--debug', 'stacks of errors')
    .addHelpText('after', firstSteps);
  addSetup(program, world);
  addRollouts(program, world);
  addSteering(program, world);
  addLooking(program, world);
  return program;
}

/** Help or version was printed: commander leaves by an exception, and nothing is wrong. */
export function isAnswered(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

const firstSteps = `
First steps:
  $ sluice init --shell shell --remote mfe1      writes sluice.config.ts and makes the store
  $ sluice publish dist --app mfe1 --version v1.0.0
  $ sluice start mfe1 v1.0.0                     the first version goes live at once
  $ sluice serve                                 edge and controller, until you stop it
  $ sluice publish dist --app mfe1 --version v1.1.0
  $ sluice start mfe1 v1.1.0 && sluice watch mfe1

Exit codes: 0 promoted or done, 1 internal, 2 usage, 3 rolled back or aborted, 4 inconclusive, 5 timed out,
            6 conflict, 7 refused, 8 unreachable
`;

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ sluice ${line}\n`).join('')}`;

function addSetup(program: Command, world: World): void {
  program
    .command('init')
    .description('write sluice.config.ts and make the store')
    .option('--shell <app>', 'a shell (repeatable)', collect, [])
    .option('--remote <app>', 'a remote (repeatable)', collect, [])
    .addHelpText('after', examples('init --shell shell --remote mfe1 --remote mfe2'))
    .action(async (options: { shell: string[]; remote: string[] }, command: Command) => {
      const { init } = await import('./commands/init.js');
      await init(world, { ...options, ...globals(command) });
    });
  program
    .command('publish')
    .argument('<dir>', 'the build')
    .description('put a build into the store, once and for ever')
    .requiredOption('--app <app>', 'which app')
    .requiredOption('--version <version>', 'v1.2.3, or v and 7 to 40 hex digits')
    .option('--commit <sha>', 'commit that it was built from')
    .addHelpText(
      'after',
      examples('publish dist --app mfe1 --version v1.1.0', 'publish dist --app mfe1 --version v$(git rev-parse HEAD)'),
    )
    .action(async (dir: string, options: { app: string; version: string; commit?: string }, command: Command) => {
      const { publish } = await import('./commands/publish.js');
      await publish(world, { dir, ...options, ...globals(command) });
    });
  program
    .command('serve')
    .description('run controller and edge until stopped; the edge is a process of its own')
    .option('--only <part>', 'edge or controller, not both', part)
    .option('--api <origin>', "where an edge alone finds the controller's API (default: the target's)")
    .addHelpText('after', examples('serve', 'serve --only controller', 'serve --only edge --api http://127.0.0.1:4401'))
    .action(async (options: { only?: 'edge' | 'controller'; api?: string }, command: Command) => {
      const { serve } = await import('./commands/serve.js');
      await serve(world, { ...options, ...globals(command) });
    });
  program
    .command('doctor')
    .description('check configuration, store, documents and processes; each finding with its remedy')
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(async (_options: object, command: Command) => {
      const { doctor } = await import('./commands/doctor.js');
      process.exitCode = await doctor(world, globals(command));
    });
}

function addRollouts(program: Command, world: World): void {
  program
    .command('start')
    .argument('<app>')
    .argument('<version>')
    .description('start a rollout; the first version of an app goes live at once')
    .option('--plan <name>', "plan (default: the app's)")
    .option('--reason <text>', 'why', 'release')
    .addHelpText('after', examples('start mfe1 v1.1.0', 'start mfe1 v1.1.0 --plan standard --reason "new checkout"'))
    .action(async (app: string, version: string, options: { plan?: string; reason: string }, command: Command) => {
      const { start } = await import('./commands/start.js');
      await start(world, { app, version, ...options, ...globals(command) });
    });
  program
    .command('rollback')
    .argument('<app>')
    .description('take users off the newest version: an abort during a rollout, a return after it')
    .option('--to <version>', 'a given version')
    .option('--further', 'once more, within 10 minutes of the last time')
    .option('--force', 'at once, without stages, however long ago the version was good')
    .option('--reason <text>', 'why', 'rollback')
    .addHelpText('after', examples('rollback mfe1', 'rollback mfe1 --to v1.0.0 --reason "checkout fails"'))
    .action(async (app: string, options: RollbackOptions, command: Command) => {
      const { rollback } = await import('./commands/rollback.js');
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
      const { block } = await import('./commands/block.js');
      await block(world, { app, version, ...options, ...globals(command) });
    });
}

interface RollbackOptions {
  readonly to?: string;
  readonly further?: boolean;
  readonly force?: boolean;
  readonly reason: string;
}

const steering = {
  advance: 'go to the next stage now; its soak begins anew',
  promote: 'go to 100 % now; the bake follows',
  pause: 'stop the ramp until it is resumed; the analysis goes on',
  resume: 'go on after a pause',
  abort: 'end the rollout: nobody keeps the canary, and it is blocked',
} as const;

function addSteering(program: Command, world: World): void {
  for (const [kind, description] of Object.entries(steering)) {
    program
      .command(kind)
      .argument('<app>')
      .description(description)
      .option('--reason <text>', 'why', `${kind} by hand`)
      .option('--version <version>', 'only if this is on trial')
      .option('--stage <n>', 'only if this is the stage', whole)
      .option('--generation <n>', "only if this is the pointer's generation", whole)
      .addHelpText('after', examples(`${kind} mfe1`, `${kind} mfe1 --version v1.1.0 --stage 2 --reason "looks good"`))
      .action(async (app: string, options: SteerOptions, command: Command) => {
        const { steer } = await import('./commands/steer.js');
        await steer(world, { kind: kind as keyof typeof steering, app, ...options, ...globals(command) });
      });
  }
}

interface SteerOptions {
  readonly reason: string;
  readonly version?: string;
  readonly stage?: number;
  readonly generation?: number;
}

function addLooking(program: Command, world: World): void {
  program
    .command('status')
    .argument('[app]')
    .description('where everything stands, and why')
    .addHelpText('after', examples('status', 'status mfe1 --json'))
    .action(async (app: string | undefined, _options: object, command: Command) => {
      const { status } = await import('./commands/status.js');
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
      const { watch } = await import('./commands/watch.js');
      process.exitCode = await watch(world, { app, ...options, ...globals(command) });
    });
  program
    .command('history')
    .argument('[app]')
    .description('who did what, when and why, newest first')
    .addHelpText('after', examples('history mfe1', 'history mfe1 --json'))
    .action(async (app: string | undefined, _options: object, command: Command) => {
      const { history } = await import('./commands/history.js');
      await history(world, { app, ...globals(command) });
    });
}

function globals(command: Command): GlobalOptions {
  return command.parent?.opts<GlobalOptions>() ?? {};
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function whole(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a whole number.');
}

function part(value: string): 'edge' | 'controller' {
  if (value === 'edge' || value === 'controller') return value;
  throw new InvalidArgumentError('Use edge or controller.');
}
