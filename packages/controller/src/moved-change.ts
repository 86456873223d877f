import type { Effect, Members, Rollout } from '@sluice/core';
import { intendedPointer } from '@sluice/core';
import type { Change, MemberChange } from './commit.js';
import type { Platform } from './platform.js';
import type { UnitState } from './unit.js';
import { nextGeneration } from './unit.js';

export interface Moved {
  readonly members: Members;
  readonly effects: readonly Effect[];
  /** The person who asked for it, named in the pointer; absent where Sluice acts by itself. */
  readonly deployedBy?: string;
}

/** The change that brings moved rollouts into record and pointers. A pointer is new only where weight or end changed. */
export function movedChange(platform: Platform, unit: UnitState, moved: Moved): Change {
  const generation = nextGeneration(unit);
  const lastUpdated = new Date(platform.now()).toISOString();
  const members = moved.members.flatMap((rollout): MemberChange[] => {
    const member = unit.members.find(({ record }) => record.app === rollout.app);
    const before = member?.record.rollout;
    if (member === undefined || before === rollout) return [];
    if (member.pointer === null || !weighsAnew(before ?? null, rollout)) return [{ app: rollout.app, rollout }];
    // A human's pointer is changed by a person's command only, never because another member of the group goes back.
    if (rollout.driftedSinceMs !== null && moved.deployedBy === undefined) return [{ app: rollout.app, rollout }];
    const input = { before: member.pointer, generation, lastUpdated, deployedBy: moved.deployedBy ?? 'sluice' };
    return [{ app: rollout.app, rollout, pointer: intendedPointer(rollout, input) }];
  });
  return { members, effects: moved.effects };
}

/** Crediting a slot leaves the pointer alone. */
function weighsAnew(before: Rollout | null, next: Rollout): boolean {
  if (before?.id !== next.id) return true;
  return (next.end !== null && before.end === null) || next.stage.revision !== before.stage.revision;
}
