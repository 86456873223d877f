import type { Command } from 'commander';
import { DeliveryError } from '@sluice/core';
import type { GlobalOptions } from '../context.js';
import type { World } from '../context.js';
import { examples, globals, collect, whole } from './flags.js';

const steering = {
  advance: 'go to the next stage now; its soak begins anew',
  promote: 'go to 100 % now; the bake follows',
  pause: 'stop the ramp until it is resumed; the analysis goes on',
  resume: 'go on after a pause',
  abort: 'end the rollout: nobody keeps the canary, and it is blocked',
} as const;

export function addSteering(program: Command, world: World): void {
  for (const [name, description] of Object.entries(steering)) {
    const kind = name as keyof typeof steering;
    const all = kind === 'pause' || kind === 'resume';
    const forward = kind === 'advance' || kind === 'promote';
    const command = program
      .command(kind)
      .argument(all ? '[app]' : '<app>', 'an app, or a group of apps')
      .description(description)
      .option('--reason <text>', 'why', `${kind} by hand`)
      .option('--version <version>', 'only if this is on trial')
      .option('--stage <n>', 'only if this is the stage', whole)
      .option('--generation <n>', "only if this is the pointer's generation", whole);
    if (all) command.option('--all', kind === 'pause' ? 'stop-the-line: all apps in one write' : 'end stop-the-line');
    if (forward) command.option('--override <rule>', 'a rule to override (repeatable)', collect, []);
    const more = all ? [`${kind} --all --reason "checkout is down"`] : [];
    command
      .addHelpText('after', examples(`${kind} mfe1`, `${kind} mfe1 --version v1.1.0 --stage 2`, ...more))
      .action((app: string | undefined, options: SteerOptions, self: Command) =>
        runSteer(world, { kind, app, ...options, ...globals(self) }),
      );
  }
}

type Steering = SteerOptions &
  GlobalOptions & { readonly kind: keyof typeof steering; readonly app: string | undefined };

async function runSteer(world: World, options: Steering): Promise<void> {
  const { kind, app, all, reason } = options;
  if ((app === undefined) !== (all === true)) {
    throw new DeliveryError({
      code: 'usage',
      message: `${kind} takes an app, or --all.`,
      remedy: `Write \`sluice ${kind} mfe1\` or \`sluice ${kind} --all --reason "…"\`.`,
    });
  }
  if (app === undefined) {
    const { line } = await import('../commands/line.js');
    return line(world, { ...options, reason, kind: kind === 'resume' ? 'resume' : 'pause' });
  }
  const { steer } = await import('../commands/steer.js');
  return steer(world, { ...options, app });
}

interface SteerOptions {
  readonly reason: string;
  readonly version?: string;
  readonly stage?: number;
  readonly generation?: number;
  readonly all?: boolean;
  readonly override?: readonly string[];
}
