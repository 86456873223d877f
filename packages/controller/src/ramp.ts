import type { Actor, DeliveryError, Effect, Follows, OverrideName, Plan, Pointer, VersionId } from '@sluice/core';
import { firstWeightBp, intendedPointer, startRollout, type BaselineBefore } from '@sluice/core';
import { baselineBefore } from './baselines.js';
import type { Change } from './commit.js';
import { dependenciesOf } from './dependencies.js';
import { noFacts, type Platform } from './platform.js';
import { takeSlot } from './running-slots.js';
import type { UnitState } from './unit.js';

export interface Ramp {
  readonly unit: UnitState;
  readonly version: VersionId;
  readonly before: Pointer;
  readonly plan: Plan;
  readonly actor: Actor;
  readonly reason: string;
  /** Null: the default, `<app>@<version>`. */
  readonly salt: string | null;
  readonly overrides: readonly OverrideName[];
  /** Lines about what ended to make room for it. */
  readonly ended: readonly Effect[];
}

export type RampDecision =
  | { readonly kind: 'ramps'; readonly change: Change; readonly reach: string }
  | { readonly kind: 'waits'; readonly why: string }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

/** A new rollout of one app on top of whatever pointer is there; also the way back to a version that was good long ago. */
export async function decideRamp(platform: Platform, input: Ramp): Promise<RampDecision> {
  const { unit, version, plan, overrides } = input;
  const { app } = unit.asked;
  const facts = (await platform.factsOf?.(app, version)) ?? noFacts;
  const known = await baselineBefore(platform, app.place.app);
  const firstBp = firstWeightBp(plan, known);
  const needed = await dependenciesOf(platform, { app: app.place.app, needs: facts.needs, weightBp: firstBp });
  if (needed.kind !== 'met') return needed;
  const id = platform.newId();
  const salt = needed.salt ?? input.salt ?? `${app.place.app}@${version}`;
  const slot = { unit: app.place.app, rolloutId: id, salt, weightBp: firstBp, sinceMs: platform.now() };
  const limit = overrides.includes('limit') ? undefined : await takeSlot(platform, slot);
  if (limit !== undefined) return { kind: 'waits', why: limit.why };
  return ramping(platform, { ...input, id, salt, facts, known, follows: needed.follows });
}

interface Ramping extends Ramp {
  readonly id: string;
  readonly salt: string;
  readonly facts: typeof noFacts;
  /** What is known of stable. */
  readonly known: BaselineBefore | undefined;
  readonly follows: Follows | undefined;
}

function ramping(platform: Platform, input: Ramping): RampDecision {
  const { unit, before, actor, ended, facts } = input;
  const { app } = unit.asked.app.place;
  const generation = unit.asked.highestGeneration + 1;
  const started = startRollout({
    id: input.id,
    app,
    stable: before.version,
    canary: input.version,
    plan: input.plan,
    actor,
    why: input.reason,
    atMs: platform.now(),
    nextGeneration: generation,
    salt: input.salt,
    commit: facts.commit,
    rollbackSafe: facts.rollbackSafe,
    follows: input.follows,
    overrides: input.overrides,
    before: input.known,
  });
  const lastUpdated = new Date(platform.now()).toISOString();
  const pointer = intendedPointer(started.next, { before, generation, lastUpdated, deployedBy: actor.name });
  return {
    kind: 'ramps',
    change: {
      members: [{ app, rollout: started.next, pointer }],
      effects: [...ended, ...started.effects],
      queue: null,
      alone: true,
    },
    reach:
      pointer.audience === undefined
        ? `${String(pointer.canaryPercent)} % of the users`
        : `the audience ${pointer.audience}`,
  };
}
