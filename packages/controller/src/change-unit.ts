import type { Effect, Members } from '@sluice/core';
import { DeliveryError, describe, reduceMember, sluice } from '@sluice/core';
import type { Queued } from '@sluice/schema';
import type { Change } from './commit.js';
import { commit } from './commit.js';
import { movedChange } from './moved-change.js';
import type { Platform, PlatformApp } from './platform.js';
import { settle } from './settle.js';
import type { MemberState, UnitState, View } from './unit.js';
import { readGroupUnit, readUnit, runningIn } from './unit.js';
import { attemptsOnConflict } from './write-json.js';

/** What to do about a unit: write a change, or leave with an answer. */
export type Decision<T> =
  | { readonly kind: 'change'; readonly change: Change; readonly answer: (after: UnitState) => T }
  | { readonly kind: 'answer'; readonly answer: T };

/** Which unit is to be changed: the one that moves the app, or a group by its name. */
export interface Place {
  readonly app: PlatformApp;
  readonly group?: string | undefined;
  readonly view?: View | undefined;
}

/**
 * Read, settle, decide, write; and again from the start whenever somebody else was faster. Used by commands and
 * controller alike, so that there is one way to change an app or a group.
 */
export async function changeUnit<T>(
  platform: Platform,
  { app, group, view }: Place,
  decide: (unit: UnitState) => Promise<Decision<T>>,
): Promise<T> {
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const known = attempt === 0 ? view : undefined;
    const read = group === undefined ? null : await readGroupUnit(platform, group, known);
    const unit = await settle(platform, read ?? (await readUnit(platform, app, known)), known);
    if (unit.members.some(({ write }) => write === 'drifted')) {
      await commit(platform, unit, acknowledgeDrift(platform, unit));
      continue;
    }
    const decision = await decide(unit);
    if (decision.kind === 'answer') return decision.answer;
    // The index as it was read before still tells what is out of line; a tick writes it once, at its end.
    const after = await commit(platform, unit, { ...decision.change, view: known });
    if (after !== undefined && after.members.every(({ write }) => write !== 'drifted')) return decision.answer(after);
  }
  const name = app.place.app;
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `"${name}" was changed by others ${String(attemptsOnConflict)} times while it was being changed.`,
    remedy: `Look at \`sluice status ${name}\`, then try again.`,
  });
}

/** A human changed a pointer: it stays, the index follows it, a running rollout stops and says so. */
function acknowledgeDrift(platform: Platform, unit: UnitState): Change {
  const atMs = platform.now();
  const drifted = unit.members.filter(({ write }) => write === 'drifted');
  let members: Members = runningIn(unit);
  const effects: Effect[] = [];
  for (const { record, pointer } of drifted) {
    if (pointer === null) continue;
    const id = record.rollout?.id ?? '';
    const step = reduceMember(members, { id, event: { kind: 'drifted', atMs, seen: pointer } });
    if (step.kind === 'refused') {
      if (record.rollout === null || record.rollout.end !== null) effects.push(idleDrift({ record, pointer }, atMs));
      continue;
    }
    members = step.next;
    effects.push(...step.effects);
  }
  const change = movedChange(platform, unit, { members, effects });
  const untouched = change.members.filter(({ app }) => drifted.every(({ record }) => record.app !== app));
  const letGo = drifted.map(({ record }) => ({
    app: record.app,
    rollout: members.find(({ app }) => app === record.app) ?? record.rollout,
    letGo: true as const,
  }));
  const { queue } = unit.record;
  const dropped = queue === null ? [] : [dequeued(unit, { queue, atMs })];
  return { members: [...untouched, ...letGo], effects: [...change.effects, ...dropped], queue: null };
}

/** A human has taken over: what waited does not begin behind her back. */
function dequeued(unit: UnitState, { queue, atMs }: { readonly queue: Queued; readonly atMs: number }): Effect {
  return {
    kind: 'history',
    draft: {
      kind: 'dequeued',
      atMs,
      app: unit.asked.record.app,
      version: queue.version,
      stable: unit.asked.pointer?.version ?? queue.version,
      actor: sluice,
      automatic: true,
      why: 'The pointer was changed outside Sluice: what waited is not started by itself.',
    },
  };
}

function idleDrift({ record, pointer }: Pick<MemberState, 'record' | 'pointer'>, atMs: number): Effect {
  if (pointer === null) throw new TypeError('there is no pointer');
  return {
    kind: 'history',
    draft: {
      kind: 'drifted',
      atMs,
      app: record.app,
      version: pointer.version,
      stable: pointer.version,
      actor: sluice,
      automatic: true,
      why: `The pointer was changed outside Sluice to ${describe(pointer)}.`,
    },
  };
}
