import type { Store } from '@sluice/core';
import { historyKey, isRunning, pointerKey, readPointer } from '@sluice/core';
import { readStatus } from '@sluice/controller/commands';
import { createMemoryStore } from '@sluice/local';
import { parseHistoryDocument } from '@sluice/schema';
import { editByHand, mend, typeCommand, type Actions } from './actions.js';
import { createObserver, Violation } from './invariants.js';
import { createRandom } from './random.js';
import { createSetting, slotMs, startMs } from './setting.js';
import { checkSoaks } from './soaks.js';
import { closeSlots, createWorld, type World } from './world.js';

export interface SeedResult {
  readonly seed: number;
  /** The law that did not hold; undefined where all did. */
  readonly violation?: string;
  /** What happened, a line each. */
  readonly log: readonly string[];
  readonly ended: number;
}

/** One history of a platform that a seed decides: plans, traffic, faults, restarts, people. */
export async function runSeed(seed: number, options: { readonly disk?: Store } = {}): Promise<SeedResult> {
  const random = createRandom(seed);
  const world = createWorld({ random, setting: createSetting(random), disk: options.disk ?? createMemoryStore() });
  const actions: Actions = { world, observer: createObserver() };
  const log: string[] = [];
  try {
    world.controllers = [world.newController(), world.newController()];
    await firstVersions(actions);
    world.faults.rate = world.setting.faultRate;
    for (let step = 0; step < world.setting.steps; step += 1) {
      log.push(`${String(step)} +${String((world.nowMs - startMs) / 1000)}s ${await act(actions)}`);
      await actions.observer.look(world);
    }
    log.push('at rest');
    const ended = await comeToRest(actions);
    return { seed, log, ended };
  } catch (error) {
    if (error instanceof Violation) return { seed, violation: error.message, log, ended: 0 };
    return { seed, violation: error instanceof Error ? (error.stack ?? error.message) : String(error), log, ended: 0 };
  }
}

async function firstVersions(actions: Actions): Promise<void> {
  const { world } = actions;
  const { startRollout } = await import('@sluice/controller/commands');
  const platform = world.platformFor(world.newProcess());
  const actor = { kind: 'person', name: 'anna' } as const;
  for (const { place } of world.setting.apps) {
    const asked = { app: place.app, version: 'v1.0.0', plan: world.setting.plan(), actor, reason: 'first' };
    await startRollout(platform, { ...asked, overrides: ['freeze'] });
  }
  await actions.observer.look(world);
}

const isBad = (_app: string, version: string): boolean => version === 'v1.2.0';

/** One thing happens: time passes, a person types, a process dies, the world breaks. */
async function act(actions: Actions): Promise<string> {
  const { world } = actions;
  const { random } = world;
  const kind = random.next();
  if (kind < 0.55) return passTime(world);
  if (kind < 0.85) return random.chance(0.25) ? both(actions) : typeCommand(actions);
  if (kind < 0.9) return random.chance(0.4) ? editInMidTick(actions) : editByHand(actions);
  if (kind < 0.94) return changeWorld(world);
  world.controllers = [world.newController(), world.newController()];
  return 'controllers restarted';
}

/** Slots close, and one or two controllers tick, at once or after each other. */
async function passTime(world: World): Promise<string> {
  const { random } = world;
  world.nowMs += slotMs;
  await closeSlots(world, isBad);
  const [one, two] = world.controllers;
  if (random.chance(0.3)) await Promise.all([one?.controller.tick(), two?.controller.tick()]);
  else await one?.controller.tick();
  for (const { messenger } of world.controllers) await messenger.idle();
  world.controllers = world.controllers.map((running) => (running.process.isDead() ? world.newController() : running));
  return 'a slot and a tick';
}

/** A command and a tick at the same moment. */
async function both(actions: Actions): Promise<string> {
  const [typed] = await Promise.all([typeCommand(actions), passTime(actions.world)]);
  return `${typed}, in the middle of a tick`;
}

/** A human saves while a controller is at work, at any of its lines. */
async function editInMidTick(actions: Actions): Promise<string> {
  const turns = actions.world.random.below(400);
  const later = async (): Promise<string> => {
    for (let i = 0; i < turns; i += 1) await Promise.resolve();
    return editByHand(actions);
  };
  const [edited] = await Promise.all([later(), passTime(actions.world)]);
  return `${edited}, in the middle of a tick`;
}

function changeWorld(world: World): Promise<string> {
  const { random } = world;
  switch (random.below(4)) {
    case 0: {
      world.nowMs += random.pick([-3_600_000, 3_600_000, 3 * 3_600_000]);
      return Promise.resolve('the clock jumps');
    }
    case 1: {
      world.telemetry = world.telemetry === 'ok' ? 'lost' : 'ok';
      return Promise.resolve(`telemetry ${world.telemetry}`);
    }
    case 2: {
      const state = random.pick(['ok', 'alarm', 'insufficient-data'] as const);
      const { app } = random.pick(world.setting.apps).place;
      const scope = random.pick(['app', 'global'] as const);
      const reading = { alarm: '5xx', app: scope === 'app' ? app : null, scope, state, why: 'too many errors' };
      world.alarms.splice(0, 1, reading);
      return Promise.resolve(`alarm ${scope} ${app} ${state}`);
    }
    default:
      world.alarms.splice(0);
      return Promise.resolve('no alarms');
  }
}

const longestRest = 10;

/** Faults end; everything is finished, told and in line; every rollout has ended or says what it waits for. */
async function comeToRest(actions: Actions): Promise<number> {
  const { world, observer } = actions;
  world.faults.rate = 0;
  world.telemetry = 'ok';
  world.alarms.splice(0);
  world.controllers = [world.newController(), world.newController()];
  for (const { place } of world.setting.apps) {
    const pointer = await world.text(pointerKey(place));
    if (pointer !== undefined && !isSound(pointer)) await mend(actions, place.app);
  }
  for (let i = 0; i < longestRest; i += 1) {
    await passTime(world);
    await observer.look(world);
    if (i > 3 && !(await world.rollouts()).some(isRunning)) break;
  }
  // The longest that a failed message waits before it is sent again.
  world.nowMs += 700_000;
  await passTime(world);
  await observer.look(world);
  await observer.lookAtRest(world);
  const platform = world.platformFor(world.newProcess());
  for (const app of world.setting.apps) {
    const status = await readStatus(platform, app);
    const { rollout } = status;
    const explained = rollout === null || rollout.outcome !== null || status.sentence !== '';
    if (!explained) throw new Violation(`every run ends or says what it waits for: ${app.place.app}`);
  }
  await checkAllSoaks(world);
  await checkTold(world);
  return (await world.rollouts()).filter(({ end }) => end !== null).length;
}

function isSound(text: string): boolean {
  try {
    return readPointer(JSON.parse(text))?.kind === 'sound';
  } catch {
    return false;
  }
}

async function checkAllSoaks(world: World): Promise<void> {
  for (const rollout of await world.rollouts()) {
    const app = world.setting.apps.find(({ place }) => place.app === rollout.app);
    const text = app && (await world.text(historyKey(app.place)));
    const history = parseHistoryDocument(text ?? '[]');
    if (history.kind !== 'ok') continue;
    const lines = history.value.entries.filter(({ rolloutId }) => rolloutId === rollout.id);
    const firstRevision = lines.find(({ kind }) => kind === 'started')?.generation ?? 0;
    checkSoaks({ plan: rollout.plan, lines, slots: world.slots.get(rollout.id) ?? [], firstRevision });
  }
}

/** Everything that ended was told; a message may be told twice only where a process died in mid-message. */
async function checkTold(world: World): Promise<void> {
  for (const { place } of world.setting.apps) {
    const history = parseHistoryDocument((await world.text(historyKey(place))) ?? '[]');
    if (history.kind !== 'ok') continue;
    for (const line of history.value.entries.filter(({ kind }) => kind === 'ended')) {
      if (!world.told.some(({ id }) => id === line.id)) throw new Violation(`a transition was not told: ${line.id}`);
    }
  }
  if (world.setting.faultRate > 0) return;
  const ids = world.told.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) throw new Violation('a transition was told twice without a fault');
}
