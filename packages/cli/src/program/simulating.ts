import type { Command } from 'commander';
import type { SimulateOptions } from '../commands/simulate.js';
import type { GlobalOptions, World } from '../context.js';
import { examples, globals } from './flags.js';

export function addSimulating(program: Command, world: World): void {
  program
    .command('simulate')
    .description('how a plan would do: thousands of rollouts, decided by the code that decides real ones')
    .option('--traffic <n>', 'sessions per second', '10')
    .option('--errors <share>', "share of stable's sessions that fail", '0.5%')
    .option('--defect <what>', 'what is wrong with the canary', 'none')
    .option('--plan <name>', 'a plan of sluice.config, or one that Sluice has', 'standard')
    .option('--incident <what>', 'something that happens to both versions, like 10x@10m+10m')
    .option('--runs <n>', 'how many rollouts', '1000')
    .option('--seed <n>', 'same seed, same figures', '1')
    .option('--peers', "the same traffic, judged by other people's rules as well")
    .option('--html <file>', 'also write a report with charts, in one file')
    .addHelpText('after', teaching)
    .action(async (options: Omit<SimulateOptions, keyof GlobalOptions>, command: Command) => {
      const { simulate } = await import('../commands/simulate.js');
      process.exitCode = await simulate(world, { ...options, ...globals(command) });
    });
}

const teaching = `${examples(
  'simulate',
  'simulate --traffic 10 --errors 0.5% --defect 5x --peers',
  'simulate --defect load+50% --plan standard --runs 200',
  'simulate --defect 3x --incident 50%@8m+3m --html report.html',
)}
What is wrong with the canary (--defect), several by commas:
  none           nothing: every rollback is a false one
  5x             five times as many sessions fail
  errors+0.3%    so many more of all sessions fail
  broken         half of the sessions fail
  load+50%       it loads so much more slowly
  remote5x       five times as many failures to load the app

What happens to both (--incident), WHAT@START+LENGTH:
  10x@10m+10m    ten times the failures, from 10 minutes after the start, for 10 minutes
  50%@8m+3m      half of all sessions fail

What it prints: false rollbacks, among as many harmless rollouts in the same traffic; of the bad ones, how many were
taken back, how many canary sessions there were until everybody was back at stable (closing lag included), and how long
that took. Stages for an audience are left out, and people advance at their gates at once. docs/simulate.md tells more.
`;
