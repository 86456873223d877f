import type { AppId, Effect, Members, MembersStep, Rollout, RolloutEvent, Slot, TelemetrySource } from '@sluice/core';
import { autoSlotMs, isRunning, reduceAll, reduceMember, weightDue } from '@sluice/core';
import type { PlatformDocument } from '@sluice/schema';
import type { Decision, Place } from './change-unit.js';
import { findingsOf } from './checks.js';
import { changeUnit } from './change-unit.js';
import { movedChange } from './moved-change.js';
import { dependencyOf, obstaclesFor } from './obstacles.js';
import type { Platform } from './platform.js';
import { decideQueued } from './queue.js';
import type { UnitState, View } from './unit.js';
import { needsClaims } from './settle.js';
import { nextGeneration, runningIn } from './unit.js';

/** What a tick reads once for all apps, and where it takes measurements from. */
export interface Surroundings {
  readonly source: TelemetrySource;
  readonly document: PlatformDocument;
  readonly view?: View;
  /** Telemetry that cannot be reached is told here; the weight is held. */
  readonly onLost: (error: unknown) => void;
}

/** What one tick did to one unit, and how it stands now. */
export interface Reconciled {
  readonly kind: 'idle' | 'unchanged' | 'changed';
  readonly unit: UnitState;
}

/**
 * One tick of one unit: takes in closed slots, alarms and the calendar, moves it at most one stage, writes in the one
 * order. May crash at any line; the next tick goes on.
 */
export async function reconcile(
  platform: Platform,
  place: Pick<Place, 'app' | 'group'>,
  around: Surroundings,
): Promise<Reconciled> {
  return changeUnit(platform, { ...place, view: around.view }, async (unit): Promise<Decision<Reconciled>> => {
    const running = runningIn(unit);
    if (running.length === 0) return decideIdle(platform, unit, around);
    if (unit.members.some(({ pointer }) => pointer === null)) return answered('idle', unit);
    const moved = needsClaims(unit) ? notClaimed(running, platform.now()) : await tickAll(platform, { unit, around });
    if (moved.members === running) return answered('unchanged', unit);
    return {
      kind: 'change',
      change: movedChange(platform, unit, moved),
      answer: (after) => ({ kind: 'changed', unit: after }),
    };
  });
}

async function decideIdle(platform: Platform, unit: UnitState, around: Surroundings): Promise<Decision<Reconciled>> {
  const queued = await decideQueued(platform, unit, around.document);
  if (queued === undefined) return answered('idle', unit);
  return { ...queued, answer: (after) => ({ kind: 'changed', unit: after }) };
}

function answered(kind: Reconciled['kind'], unit: UnitState): Decision<Reconciled> {
  return { kind: 'answer', answer: { kind, unit } };
}

/** Members in mid-move: what has happened so far, and what it says. */
interface Moving {
  readonly members: Members;
  readonly effects: readonly Effect[];
}

function after(moving: Moving, step: MembersStep): Moving {
  if (step.kind === 'refused') return moving;
  return { members: step.next, effects: [...moving.effects, ...step.effects] };
}

/** A member runs on its own or in another group: the group never begins to move. */
function notClaimed(members: Members, atMs: number): Moving {
  const why = 'A member of the group has a rollout of its own.';
  const event: RolloutEvent = {
    kind: 'supersede',
    atMs,
    actor: { kind: 'sluice', name: 'controller' },
    why,
    expected: {},
    generation: 0,
  };
  return after({ members, effects: [] }, reduceAll(members, event));
}

interface TickInput {
  readonly unit: UnitState;
  readonly around: Surroundings;
}

async function tickAll(platform: Platform, { unit, around }: TickInput): Promise<Moving> {
  const atMs = platform.now();
  const slots = await closedSlots(around, runningIn(unit));
  let moving: Moving = { members: runningIn(unit), effects: [] };
  for (const member of moving.members) {
    for (const event of await eventsOf(platform, { member, slots, around, atMs })) {
      moving = after(moving, reduceMember(moving.members, { id: member.id, event }));
    }
  }
  // Before the obstacles: an answer that comes in between is one of them.
  const asking = await isAsking(platform, moving.members);
  const obstacles = await obstaclesFor(platform, unit, { document: around.document, to: 'step' });
  const telemetry = slots === undefined ? 'lost' : 'ok';
  moving = after(moving, reduceAll(moving.members, { kind: 'looked', atMs, obstacles, telemetry }));
  const revision = { atMs, nextGeneration: nextGeneration(unit) };
  if (asking) return moving;
  const ticked = after(moving, reduceAll(moving.members, { kind: 'ticked', ...revision }));
  return ticked.members === moving.members ? weighed(moving, { around, ...revision }) : ticked;
}

/** A check has not said anything yet: nothing goes on, and nobody need be told. */
async function isAsking(platform: Platform, members: Members): Promise<boolean> {
  const judged = members.filter((member) => isRunning(member) && !member.waived.includes('check'));
  const findings = await Promise.all(judged.map((member) => findingsOf(platform, member)));
  return findings.some(({ asking }) => asking);
}

interface Weighing {
  readonly around: Surroundings;
  readonly atMs: number;
  readonly nextGeneration: number;
}

/** What does not go on to another stage may take another weight: one new pointer a tick. */
function weighed(moving: Moving, { around, ...revision }: Weighing): Moving {
  const { source } = around;
  const sessionsPerSecond = (app: string): number | undefined => source.sessionsPerSecond?.(app as AppId);
  const weightBp = weightDue(moving.members, { atMs: revision.atMs, sessionsPerSecond });
  if (weightBp === undefined) return moving;
  return after(moving, reduceAll(moving.members, { kind: 'weighed', weightBp, ...revision }));
}

/** Undefined where the source cannot be reached. */
async function closedSlots(
  { source, onLost }: Surroundings,
  members: Members,
): Promise<ReadonlyMap<string, readonly Slot[]> | undefined> {
  const slots = new Map<string, readonly Slot[]>();
  try {
    for (const { id, lastSlot } of members) slots.set(id, await source.closedSlots(id, lastSlot));
    return slots;
  } catch (error) {
    onLost(error);
    return undefined;
  }
}

interface MemberTick {
  readonly member: Rollout;
  readonly slots: ReadonlyMap<string, readonly Slot[]> | undefined;
  readonly around: Surroundings;
  readonly atMs: number;
}

async function eventsOf(platform: Platform, tick: MemberTick): Promise<readonly RolloutEvent[]> {
  const { member, slots, around, atMs } = tick;
  if (!isRunning(member)) return [];
  const events: RolloutEvent[] = [];
  if (member.baseSlotMs === null) {
    const rate = around.source.sessionsPerSecond?.(member.app) ?? 0;
    events.push({ kind: 'slots-fixed', atMs, baseSlotMs: autoSlotMs(rate) });
  }
  for (const slot of slots?.get(member.id) ?? []) events.push({ kind: 'slot-closed', atMs, slot });
  const alarm = member.waived.includes('alarm') ? undefined : alarmOf(platform, member.app);
  if (alarm !== undefined) events.push({ kind: 'alarmed', atMs, why: alarm });
  const back = member.waived.includes('check') ? undefined : (await findingsOf(platform, member)).takeBack;
  if (back !== undefined) events.push({ kind: 'taken-back', atMs, why: back });
  const dependency = await dependencyOf(platform, member);
  if (dependency.kind === 'lost') events.push({ kind: 'taken-back', atMs, why: dependency.why });
  return events;
}

/** Why the app's own alarm wants its canary taken back; INSUFFICIENT_DATA is neither OK nor ALARM. */
export function alarmOf(platform: Platform, app: string): string | undefined {
  const on = (platform.alarms?.() ?? []).find(
    (reading) => reading.scope === 'app' && reading.app === app && reading.state === 'alarm',
  );
  return on === undefined ? undefined : `The alarm ${on.alarm} is on: ${on.why}`;
}
