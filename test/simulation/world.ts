import type { AppId, Notification, Rollout, Slot, Store, TelemetrySource } from '@sluice/core';
import { groupKey, isRunning, recordKey } from '@sluice/core';
import { createController, createMessenger, type Controller, type Messenger } from '@sluice/controller';
import type { Platform, PlatformApp } from '@sluice/controller/commands';
import { parseRecordDocument, type RolloutRecord } from '@sluice/schema';
import type { Faults, Process } from './faulty-store.js';
import { startProcess } from './faulty-store.js';
import type { Random } from './random.js';
import type { Alarms, Setting } from './setting.js';
import { slotMs, startMs } from './setting.js';

/** A running controller: its process, and what it works with. */
interface Running {
  readonly process: Process;
  readonly controller: Controller;
  readonly messenger: Messenger;
}

/** Everything outside Sluice: clock, disk, telemetry, alarms, receivers of notifications. */
export interface World {
  readonly random: Random;
  readonly setting: Setting;
  readonly disk: Store;
  readonly faults: Faults;
  readonly alarms: Alarms;
  readonly told: Notification[];
  readonly problems: unknown[];
  /** Closed slots by rollout. */
  readonly slots: Map<string, Slot[]>;
  telemetry: 'ok' | 'lost';
  nowMs: number;
  controllers: Running[];
  /** The platform as a process of its own sees it. */
  platformFor(process: Process): Platform;
  newProcess(): Process;
  newController(): Running;
  text(key: string): Promise<string | undefined>;
  rollouts(): Promise<readonly Rollout[]>;
}

export function createWorld(options: {
  readonly random: Random;
  readonly setting: Setting;
  readonly disk: Store;
}): World {
  const { random, setting, disk } = options;
  let ids = 0;
  const world: World = {
    random,
    setting,
    disk,
    faults: { rate: 0 },
    alarms: [],
    told: [],
    problems: [],
    slots: new Map(),
    telemetry: 'ok',
    nowMs: startMs,
    controllers: [],
    platformFor: (process) => ({
      store: process.store,
      apps: setting.apps,
      groups: setting.groups,
      sampleRate: 0.01,
      now: () => world.nowMs,
      newId: () => `id${String((ids += 1)).padStart(5, '0')}`,
      problemsOf: () => Promise.resolve([]),
      alarms: () => world.alarms,
      ...setting.more,
    }),
    newProcess: () => startProcess(disk, { random, faults: world.faults }),
    newController: () => controllerOf(world),
    text: async (key) => {
      const found = await disk.read(key);
      return found && new TextDecoder().decode(found.bytes);
    },
    rollouts: async () => rolloutsOn(world),
  };
  return world;
}

function controllerOf(world: World): Running {
  const process = world.newProcess();
  const platform = world.platformFor(process);
  const onProblem = ({ error }: { readonly error: unknown }): void => {
    world.problems.push(error);
  };
  const receiver = {
    name: 'receiver',
    send: (notification: Notification): Promise<void> => {
      if (world.random.chance(world.faults.rate)) return Promise.reject(new Error('the receiver is down'));
      world.told.push(notification);
      return Promise.resolve();
    },
  };
  const messenger = createMessenger({ platform, notifiers: [receiver], onProblem });
  return {
    process,
    messenger,
    controller: createController({ platform, source: sourceOf(world), onProblem, messenger }),
  };
}

function sourceOf(world: World): TelemetrySource {
  return {
    sessionsPerSecond: () => (world.telemetry === 'lost' ? undefined : 2),
    watch: () => Promise.resolve(),
    closedSlots: (rolloutId, after) => {
      if (world.telemetry === 'lost') return Promise.reject(new Error('telemetry does not answer'));
      return Promise.resolve((world.slots.get(rolloutId) ?? []).filter(({ id }) => id > after));
    },
  };
}

/** The rollouts as the disk has them, of apps alone and of groups. */
async function rolloutsOn(world: World): Promise<readonly Rollout[]> {
  const found: Rollout[] = [];
  for (const app of world.setting.apps) {
    const unit = await unitOf(world, app);
    const rollout = unit?.members.find((member) => member.app === app.place.app)?.rollout;
    if (rollout) found.push(rollout);
  }
  return found;
}

async function unitOf(world: World, app: PlatformApp): Promise<RolloutRecord | undefined> {
  const own = await recordAt(world, recordKey(app.place));
  const group = own?.group ? await recordAt(world, groupKey(own.group.name)) : undefined;
  return group !== undefined && group.id === own?.group?.id ? group : own;
}

const records = new WeakMap<World, Map<string, { readonly text: string; readonly record: RolloutRecord }>>();

async function recordAt(world: World, key: string): Promise<RolloutRecord | undefined> {
  const text = await world.text(key);
  if (text === undefined) return undefined;
  const known = records.get(world) ?? new Map<string, { text: string; record: RolloutRecord }>();
  records.set(world, known);
  const before = known.get(key);
  if (before?.text === text) return before.record;
  const parsed = parseRecordDocument(text);
  if (parsed.kind !== 'ok') throw new Error(`${key} is not a record: ${JSON.stringify(parsed)}`);
  known.set(key, { text, record: parsed.value });
  return parsed.value;
}

/** Closes one slot of each running rollout; a bad canary fails often. */
export async function closeSlots(world: World, isBad: (app: AppId, version: string) => boolean): Promise<void> {
  const { random, slots } = world;
  for (const rollout of (await world.rollouts()).filter(isRunning)) {
    if (rollout.plan.stages[rollout.stage.index]?.audience !== undefined) continue;
    const list = slots.get(rollout.id) ?? [];
    const canary = random.chance(0.1) ? 0 : 1 + random.below(30);
    const baseline = random.chance(0.05) ? 0 : 20 + random.below(100);
    const failing = isBad(rollout.app, rollout.canary) ? 0.6 : 0.01;
    const failed = (sessions: number, rate: number): number =>
      Array.from({ length: sessions }, () => random.chance(rate)).filter(Boolean).length;
    list.push({
      id: (list.at(-1)?.id ?? 0) + 1,
      rolloutId: rollout.id,
      kind: 'comparison',
      revision: rollout.stage.revision,
      weightBp: canary + baseline === 0 ? 0 : Math.round((10_000 * canary) / (canary + baseline)),
      startMs: world.nowMs - slotMs,
      lengthMs: slotMs,
      canary: { sessions: canary, failed: failed(canary, failing) },
      baseline: { sessions: baseline, failed: failed(baseline, 0.01) },
    });
    slots.set(rollout.id, list);
  }
}
