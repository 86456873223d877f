import type { Effect, Members, Plan, Pointer, VersionId } from '@sluice/core';
import { blockingPointer, DeliveryError, historyKey, reduceAll } from '@sluice/core';
import type { Decision } from '../change-unit.js';
import { changeUnit } from '../change-unit.js';
import type { MemberChange } from '../commit.js';
import { readHistoryDocument } from '../documents.js';
import { movedChange } from '../moved-change.js';
import type { Platform } from '../platform.js';
import { decideRamp } from '../ramp.js';
import { statusOf } from '../status.js';
import type { UnitState } from '../unit.js';
import { nextGeneration, runningIn } from '../unit.js';
import type { CommandResult } from './result.js';
import { findUnit, findVersion, missingOrAltered, refuse } from './result.js';
import { nowhere, waits } from './roll-back-errors.js';
import { decideSteer, type Steer } from './steer.js';
import { isRecent, returnOf, type Return } from './way-back.js';

export interface RollBack extends Steer {
  readonly to?: string | undefined;
  /** `further`: yes, once more, within 10 minutes of the last time. */
  readonly repeat?: 'further' | undefined;
  /** `at-once`: no stages, however long ago the version was good. */
  readonly speed?: 'at-once' | undefined;
  /** For a version outside the rollback window. */
  readonly plan: Plan;
}

/**
 * Takes users off the newest version, always: an abort while a rollout runs, else a return to the version that was good
 * before; never forward to one that was taken back. Members of a group return together, unless one is sent `to` a
 * version. Refused: `rollback-repeated`, `rollback-nowhere`, `history-lost`, `version-not-found`, `version-altered`,
 * `app-unknown`, `version-name-invalid`.
 */
export async function rollBack(platform: Platform, asked: RollBack): Promise<CommandResult> {
  const app = findUnit(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const to = asked.to === undefined ? undefined : findVersion(asked.to);
  if (to instanceof DeliveryError) return refuse(to);
  return changeUnit(platform, { app }, (unit) => decide(platform, { unit, asked, to }));
}

interface Input {
  readonly unit: UnitState;
  readonly asked: RollBack;
  readonly to: VersionId | undefined;
}

async function decide(platform: Platform, input: Input): Promise<Decision<CommandResult>> {
  const { unit, asked, to } = input;
  const { pointer } = unit.asked;
  if (pointer === null) return refusal(nowhere(asked.app));
  const running = runningIn(unit).length > 0;
  if (running && (to === undefined || to === pointer.version)) {
    return decideSteer(platform, { unit, asked, kind: 'abort' });
  }
  if (to === pointer.version && pointer.canaryVersion === null) {
    const summary = `${asked.app} is on ${to} already; nothing was written.`;
    return { kind: 'answer', answer: { kind: 'unchanged', summary, status: statusOf(platform, unit) } };
  }
  if (to !== undefined) return sendTo(platform, { ...input, to, pointer });
  const returns: Return[] = [];
  for (const member of unit.members.filter(({ claimed }) => claimed)) {
    const found = await returnOf(platform, { repeat: asked.repeat, member });
    if (found instanceof DeliveryError) return refusal(found);
    returns.push(found);
  }
  return goBack(platform, { ...input, returns });
}

/** To a given version: at once where it was good lately or speed says so, else through all stages. */
async function sendTo(
  platform: Platform,
  input: Input & { readonly to: VersionId; readonly pointer: Pointer },
): Promise<Decision<CommandResult>> {
  const { unit, to, pointer } = input;
  const member = unit.asked;
  const flaw = await missingOrAltered(platform, member.app, to);
  if (flaw !== undefined) return refusal(flaw);
  const { value: history } = await readHistoryDocument(platform.store, historyKey(member.app.place));
  const running = runningIn(unit).length > 0;
  const off = running && pointer.canaryVersion !== null ? pointer.canaryVersion : pointer.version;
  const recent = running || isRecent(platform, history, to);
  return goBack(platform, { ...input, returns: [{ member, pointer, target: to, off, recent }] });
}

type GoBack = Input & { readonly returns: readonly Return[] };

async function goBack(platform: Platform, input: GoBack): Promise<Decision<CommandResult>> {
  const { asked, returns } = input;
  const slow = returns.find(({ recent }) => !recent);
  if (slow === undefined || asked.speed === 'at-once' || returns.length > 1) return atOnce(platform, input);
  return throughStages(platform, { ...input, slow });
}

/** A version that was good long ago is on trial again like a new one. */
async function throughStages(platform: Platform, input: GoBack & { slow: Return }): Promise<Decision<CommandResult>> {
  const { unit, asked, slow } = input;
  const ramp = await decideRamp(platform, {
    unit,
    version: slow.target,
    before: slow.pointer,
    plan: asked.plan,
    actor: asked.actor,
    reason: asked.reason,
    salt: null,
    overrides: ['limit'],
    ended: [],
  });
  if (ramp.kind === 'refused') return refusal(ramp.error);
  if (ramp.kind === 'waits') return refusal(waits(asked.app, ramp.why));
  return {
    kind: 'change',
    change: ramp.change,
    answer: (after) => ({
      kind: 'done',
      summary: `${asked.app} ${slow.target} was good long ago: it is on trial with ${ramp.reach}. At once: --force.`,
      status: statusOf(platform, after),
    }),
  };
}

function atOnce(platform: Platform, input: GoBack): Decision<CommandResult> {
  const { unit, asked, returns } = input;
  const ended = endRunning(platform, input);
  const alone = returns.length === 1 && unit.record.id !== null && ended.members.length === 0;
  const effects = [...ended.effects, ...returns.map((one) => returned(platform, { asked, one }))];
  // Other members of a running group go back to what is stable.
  const others = movedChange(platform, unit, { ...ended, deployedBy: asked.actor.name }).members.filter(({ app }) =>
    returns.every(({ member }) => member.record.app !== app),
  );
  return {
    kind: 'change',
    change: {
      members: [...others, ...returns.map((one) => memberChange(platform, { ...input, one, members: ended.members }))],
      effects,
      queue: null,
      ...(alone ? { alone: true as const } : {}),
    },
    answer: (after) => ({
      kind: 'done',
      summary: returns
        .map(({ member, target, off }) => `${member.record.app} is back on ${target}; ${off} is blocked.`)
        .join(' '),
      status: statusOf(platform, after),
    }),
  };
}

function memberChange(
  platform: Platform,
  { unit, asked, one, members }: GoBack & { readonly one: Return; readonly members: Members },
): MemberChange {
  const { app, rollout } = one.member.record;
  const input = {
    before: one.pointer,
    generation: nextGeneration(unit),
    lastUpdated: new Date(platform.now()).toISOString(),
    deployedBy: asked.actor.name,
  };
  const pointer = blockingPointer({ version: one.target, blocked: one.off }, input);
  return { app, rollout: members.find((next) => next.app === app) ?? rollout, pointer };
}

function returned(platform: Platform, { asked, one }: { asked: RollBack; one: Return }): Effect {
  return {
    kind: 'history',
    draft: {
      kind: 'returned',
      atMs: platform.now(),
      app: one.member.record.app,
      version: one.off,
      stable: one.target,
      actor: asked.actor,
      why: asked.reason,
      automatic: false,
      outcome: 'rolled-back',
    },
  };
}

function endRunning(platform: Platform, { unit, asked }: Input): { members: Members; effects: readonly Effect[] } {
  const members = runningIn(unit);
  const step = reduceAll(members, {
    kind: 'abort',
    atMs: platform.now(),
    actor: asked.actor,
    why: asked.reason,
    expected: {},
    generation: 0,
  });
  return step.kind === 'moved' && members.length > 0
    ? { members: step.next, effects: step.effects }
    : { members: [], effects: [] };
}

function refusal(error: DeliveryError): Decision<CommandResult> {
  return { kind: 'answer', answer: refuse(error) };
}
