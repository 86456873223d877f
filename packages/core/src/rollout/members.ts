import { end } from './end.js';
import type { Effect, RolloutEvent, Step } from './event.js';

import { reduce } from './reduce.js';
import type { Rollout } from './rollout.js';
import { isRunning } from './rollout.js';
import { waitingFor } from './waiting.js';

/** The rollouts that move as one: of an app alone, or of the members of a group. */
export type Members = readonly Rollout[];

export type MembersStep =
  | { readonly kind: 'moved'; readonly next: Members; readonly effects: readonly Effect[] }
  | (Step & { kind: 'refused' });

/** An event for one member: a slot, a drift, an alarm. What ends it ends all of them. */
export function reduceMember(members: Members, at: { readonly id: string; readonly event: RolloutEvent }): MembersStep {
  const member = members.find(({ id }) => id === at.id);
  if (member === undefined) return { kind: 'refused', code: 'rollout-not-running', why: 'It is no member.' };
  const step = reduce(member, at.event);
  if (step.kind === 'refused') return step;
  const next = members.map((other) => (other.id === at.id ? step.next : other));
  return endTogether({ next, effects: step.effects });
}

/** An event for all members: it moves all of them or none. */
export function reduceAll(members: Members, event: RolloutEvent): MembersStep {
  if (event.kind === 'ticked' && members.some((member) => hinders(member))) {
    return { kind: 'refused', code: 'not-yet', why: 'A member of the group is not ready.' };
  }
  const next: Rollout[] = [];
  const effects: Effect[] = [];
  let first: (Step & { kind: 'refused' }) | undefined;
  for (const member of members) {
    const step = reduce(member, event);
    if (step.kind === 'refused') first ??= step;
    next.push(step.kind === 'moved' ? step.next : member);
    effects.push(...(step.kind === 'moved' ? step.effects : []));
  }
  // What the controller looked at may concern one member only; a move or a command concerns all.
  const partly = event.kind === 'looked' && next.some((member, i) => member !== members[i]);
  if (first !== undefined && !partly) return first;
  return endTogether({ next, effects });
}

/** In mode observe a member that is done is no hindrance to saying so. */
function hinders(member: Rollout): boolean {
  const waiting = waitingFor(member);
  return waiting !== undefined && waiting.kind !== 'observing';
}

/** B fails: both go back. */
function endTogether(after: { readonly next: Members; readonly effects: readonly Effect[] }): MembersStep {
  const ended = after.next.find((member) => member.end !== null);
  const how = ended?.end;
  if (ended === undefined || how === undefined || how === null || !after.next.some(isRunning)) {
    return { kind: 'moved', ...after };
  }
  const effects: Effect[] = [...after.effects];
  const next = after.next.map((member) => {
    if (!isRunning(member)) return member;
    const step = end(member, { ...how, outcome: outcomeBeside(how.outcome), why: `With ${ended.app}: ${how.why}` });
    if (step.kind === 'refused') return member;
    effects.push(...step.effects);
    return step.next;
  });
  return { kind: 'moved', next, effects };
}

/** A human who promoted one member by hand did not promote the others: they go back. */
function outcomeBeside(outcome: NonNullable<Rollout['end']>['outcome']): NonNullable<Rollout['end']>['outcome'] {
  return outcome === 'fast-promoted' ? 'aborted' : outcome;
}
