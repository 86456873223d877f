import type { Rollout } from './rollout.js';

/** What in the world keeps a rollout from moving, told by whoever looked. */
export interface Obstacle {
  /**
   * `stopped`: stop-the-line, all apps · `frozen`: the calendar · `limit`: too many or too much on trial ·
   * `dependency`: what it needs has not come that far · `alarm`: a global alarm · `check`: a web check that does not
   * pass.
   */
  readonly kind: 'stopped' | 'frozen' | 'limit' | 'dependency' | 'alarm' | 'check';
  readonly why: string;
}

/** Rules that a person can override by name, with a reason that is recorded. */
export type OverrideName = 'freeze' | 'stopped' | 'limit' | 'weight-cap' | 'alarm' | 'check' | 'preflight';

export const overrideNames: readonly OverrideName[] = [
  'freeze',
  'stopped',
  'limit',
  'weight-cap',
  'alarm',
  'check',
  'preflight',
];

const overriddenBy: Readonly<Record<Obstacle['kind'], OverrideName | undefined>> = {
  stopped: 'stopped',
  frozen: 'freeze',
  limit: 'limit',
  alarm: 'alarm',
  check: 'check',
  dependency: undefined,
};

/** The first obstacle that nobody has overridden. */
export function firstObstacle(
  obstacles: readonly Obstacle[],
  overrides: readonly OverrideName[],
): Obstacle | undefined {
  return obstacles.find(({ kind }) => {
    const name = overriddenBy[kind];
    return name === undefined || !overrides.includes(name);
  });
}

/** The rule to name in `--override` for an obstacle; undefined where none can be. */
export function overrideFor(obstacle: Obstacle): OverrideName | undefined {
  return overriddenBy[obstacle.kind];
}

/** Whether the next stage would expose more than the plan's cap allows. */
export function isCapped(rollout: Rollout, weightBp: number): boolean {
  return weightBp > rollout.plan.capBp && !rollout.waived.includes('weight-cap');
}
