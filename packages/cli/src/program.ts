import { Command, CommanderError } from 'commander';
import type { World } from './context.js';
import { addEdge } from './program/edge.js';
import { addHouseKeeping } from './program/house-keeping.js';
import { addLinks } from './program/links.js';
import { addLooking } from './program/looking.js';
import { addPlanning } from './program/planning.js';
import { addRollouts } from './program/rollouts.js';
import { addSetup } from './program/setup.js';
import { addSimulating } from './program/simulating.js';
import { addSteering } from './program/steering.js';

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
  addPlanning(program, world);
  addRollouts(program, world);
  addSteering(program, world);
  addLooking(program, world);
  addLinks(program, world);
  addHouseKeeping(program, world);
  addEdge(program, world);
  addSimulating(program, world);
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
