import type { Command } from 'commander';
import type { World } from '../context.js';
import { examples, globals } from './flags.js';

export function addPlanning(program: Command, world: World): void {
  program
    .command('plan')
    .argument('[app]', 'an app, or a group of apps (default: all)')
    .description('before a start: how long a rollout will take, what it will expose, and whether it can conclude')
    .option('--all', 'all apps')
    .option('--plan <name>', "plan (default: each app's)")
    .option('--traffic <n>', 'sessions a second, or like 600/min, 50000/day (default: as counted)')
    .option('--errors <percent>', 'sessions that fail now, like 0.5% (default: as counted)')
    .addHelpText(
      'after',
      examples('plan --all', 'plan mfe1 --plan adaptive', 'plan mfe1 --traffic 50000/day --errors 0.5%'),
    )
    .addHelpText('after', reading)
    .action(async (app: string | undefined, options: PlanFlags, command: Command) => {
      const { plan } = await import('../commands/plan.js');
      await plan(world, { app, ...options, ...globals(command) });
    });
}

interface PlanFlags {
  readonly all?: boolean;
  readonly plan?: string;
  readonly traffic?: string;
  readonly errors?: string;
}

const reading = `
It is worked out for a canary that is harmless. A stage takes its soak, or as long as its sessions take to come:
100 sessions at 5 % of 10 a minute are 200 minutes. An adaptive plan needs evidence that the canary is safe:
some 1,500 canary sessions in the median. Nothing is written.
`;
