import type {
  Actor,
  AppId,
  ArmCounts,
  BaselineBefore,
  History,
  Notifier,
  Plan,
  Pointer,
  Rollout,
  Slot,
  Store,
  TelemetrySource,
} from '@sluice/core';
import {
  defaultRules,
  groupKey,
  historyKey,
  indexKey,
  parseAppId,
  parseVersionId,
  placeOf,
  pointerKey,
  readIndex,
  readPointer,
  recordKey,
} from '@sluice/core';
import { createController, createMessenger } from '@sluice/controller';
import {
  abortRollout,
  advanceRollout,
  blockVersion,
  pauseRollout,
  promoteRollout,
  readStatus,
  releaseTheLine,
  resumeRollout,
  retryRollout,
  rollBack,
  startGroup,
  startRollout,
  stopTheLine,
  type AppStatus,
  type Asked,
  type CommandResult,
  type Platform,
  type Start,
  type StartGroup,
  type Superseding,
} from '@sluice/controller/commands';
import { createMemoryStore } from '@sluice/local';
import { parseHistoryDocument, parseRecordDocument, type RolloutRecord } from '@sluice/schema';

export const minute = 60_000;
export const slotMs = 10_000;
const anna: Actor = { kind: 'person', name: 'anna' };

/** Stages 5/25/50/100 with a soak of 10 min each, as scenarios assume unless they say otherwise. */
export const tenMinutePlan: Plan = {
  name: 'ten-minutes',
  stages: [500, 2500, 5000, 10_000].map((weightBp) => ({ weightBp, soakMs: 10 * minute })),
  minSessions: 100,
  maxDurationMs: 24 * 60 * minute,
  baseSlotMs: slotMs,
  outcomeWindowMs: 10_000,
  closingLagMs: 15_000,
  ramp: null,
  rules: defaultRules('default'),
  mode: 'act',
  proof: 'normal',
  capBp: 10_000,
  progressDeadlineMs: 60 * minute,
  onInconclusive: 'ask',
  telemetryLost: { afterMs: 10 * minute, policy: 'hold' },
  onFreeze: 'hold',
};

/** Sessions and failed sessions of one slot. */
export interface Traffic {
  readonly canary: ArmCounts;
  readonly baseline: ArmCounts;
}
export const healthy: Traffic = { canary: { sessions: 10, failed: 0 }, baseline: { sessions: 90, failed: 0 } };

/** Asks a store for the world's documents. A world with a store of its own choosing can inject faults. */
export interface WorldOptions {
  readonly store?: Store;
  /** What is really there, below a store that injects faults. */
  readonly disk?: Store;
  readonly apps?: readonly string[];
  readonly plan?: Plan;
  /** More of the platform: groups, limits, freeze, routers, facts of versions. */
  readonly more?: Partial<Platform>;
  readonly superseding?: Superseding;
  readonly notifiers?: readonly Notifier[];
}

export type World = ReturnType<typeof createWorld>;

/** A platform on a simulated clock. Slots are what the test says; everything else is the real thing. */
export function createWorld(options: WorldOptions = {}) {
  let nowMs = Date.UTC(2026, 0, 15, 10, 0, 0);
  let ids = 0;
  const disk = options.disk ?? createMemoryStore();
  const store = options.store ?? disk;
  const published = new Map<string, readonly string[]>();
  const slots = new Map<string, Slot[]>();
  const problems: unknown[] = [];
  const plan = options.plan ?? tenMinutePlan;
  const apps = (options.apps ?? ['mfe1']).map((name) => ({
    place: placeOf(parseAppId(name) ?? fail(`"${name}" is not an app`)),
    kind: name === 'shell' ? ('shell' as const) : ('remote' as const),
    ...(options.superseding === undefined ? {} : { superseding: options.superseding }),
  }));
  const platform: Platform = {
    store,
    apps,
    sampleRate: 0.01,
    now: () => nowMs,
    newId: () => `id-${String((ids += 1)).padStart(4, '0')}`,
    problemsOf: (app, version) => Promise.resolve(published.get(`${app.place.app}@${version}`)),
    ...options.more,
  };
  let reachable: Error | undefined;
  const rates = new Map<string, number>();
  const baselines = new Map<string, BaselineBefore>();
  const source: TelemetrySource = {
    watch: () => Promise.resolve(),
    closedSlots: (rolloutId, after) => {
      if (reachable !== undefined) return Promise.reject(reachable);
      return Promise.resolve((slots.get(rolloutId) ?? []).filter((slot) => slot.id > after));
    },
    sessionsPerSecond: (app) => rates.get(app),
    baselineBefore: (app) => baselines.get(app),
  };
  const parsed = async (key: string): Promise<RolloutRecord | undefined> => {
    const text = await world.text(key);
    if (text === undefined) return undefined;
    const record = parseRecordDocument(text);
    return record.kind === 'ok' ? record.value : fail(`${key}: ${JSON.stringify(record)}`);
  };
  const placeNamed = (app: string) => placeOf((parseAppId(app) ?? fail(app)) as AppId);
  const notifiers = options.notifiers ?? [];
  const onProblem = ({ error }: { readonly error: unknown }): number => problems.push(error);
  const messenger = createMessenger({ platform, notifiers, onProblem });
  const world = {
    platform,
    store,
    source,
    plan,
    problems,
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
    publish: (app: string, ...versions: string[]) => {
      for (const version of versions) published.set(`${app}@${parseVersionId(version) ?? fail(version)}`, []);
    },
    spoil: (app: string, version: string, flaws: readonly string[] | undefined) => {
      if (flaws === undefined) published.delete(`${app}@${version}`);
      else published.set(`${app}@${version}`, flaws);
    },
    telemetryFails: (error: Error | undefined) => {
      reachable = error;
    },
    /** Sessions per second that telemetry counts; undefined: it does not know. */
    traffic: (app: string, perSecond: number | undefined) => {
      if (perSecond === undefined) rates.delete(app);
      else rates.set(app, perSecond);
    },
    /** What telemetry knows of stable before a rollout. */
    baseline: (app: string, before: BaselineBefore) => {
      baselines.set(app, before);
    },
    /** Closes one slot of the running rollout, a base slot long, at the present revision unless told otherwise. */
    async closeSlot(app: string, traffic: Traffic, more: Partial<Slot> = {}) {
      const rollout = (await world.rollout(app)) ?? fail(`no rollout of ${app}`);
      const list = slots.get(rollout.id) ?? [];
      const startMs = nowMs;
      nowMs += more.lengthMs ?? slotMs;
      const id = (list.at(-1)?.id ?? 0) + 1;
      const seen = traffic.canary.sessions + traffic.baseline.sessions;
      const base: Omit<Slot, 'canary' | 'baseline'> = {
        id,
        rolloutId: rollout.id,
        kind: 'comparison',
        revision: rollout.stage.revision,
        // As if it had been assigned just so: what the share is, is no matter of a test that does not say so.
        weightBp: seen === 0 ? 0 : Math.round((10_000 * traffic.canary.sessions) / seen),
        startMs,
        lengthMs: slotMs,
      };
      slots.set(rollout.id, [...list, { ...base, ...traffic, ...more }]);
    },
    messenger,
    controller: createController({ platform, source, messenger, onProblem }),
    tick: async () => world.controller.tick(),
    /** A controller that has just been started, with nothing remembered. */
    restart: () => {
      world.messenger = createMessenger({ platform, notifiers, onProblem });
      world.controller = createController({ platform, source, onProblem, messenger: world.messenger });
    },
    /** `count` slots, a tick after each. */
    async run(app: string, count: number, traffic: Traffic = healthy) {
      for (let i = 0; i < count; i += 1) {
        if ((await world.rollout(app))?.end !== null) return;
        await world.closeSlot(app, traffic);
        await world.tick();
      }
    },
    async record(app = 'mfe1'): Promise<RolloutRecord | undefined> {
      return parsed(recordKey(placeNamed(app)));
    },
    async rollout(app = 'mfe1'): Promise<Rollout | undefined> {
      const own = await world.record(app);
      const group = own?.group && (await parsed(groupKey(own.group.name)));
      const unit = group?.id !== undefined && group.id === own?.group?.id ? group : own;
      return unit?.members.find((member) => member.app === app)?.rollout ?? undefined;
    },
    async pointer(app = 'mfe1'): Promise<Pointer> {
      const text = await world.text(pointerKey(placeNamed(app)));
      return readPointer(JSON.parse(text ?? 'null'))?.pointer ?? fail(`no pointer of ${app}`);
    },
    async entry(app = 'mfe1'): Promise<Pointer> {
      const index = readIndex(JSON.parse((await world.text(indexKey)) ?? 'null'));
      return index?.apps.get(placeNamed(app).app)?.pointer ?? fail(`no index entry of ${app}`);
    },
    async history(app = 'mfe1'): Promise<History> {
      const parsed = parseHistoryDocument((await world.text(historyKey(placeNamed(app)))) ?? '[]');
      return parsed.kind === 'ok' ? parsed.value : fail('history');
    },
    async text(key: string): Promise<string | undefined> {
      const found = await disk.read(key);
      return found && new TextDecoder().decode(found.bytes);
    },
    /** What a human does who edits a document by hand. */
    async writeByHand(key: string, value: unknown) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      await disk.write(key, new TextEncoder().encode(text));
    },
    pointerKey: (app = 'mfe1') => pointerKey(placeNamed(app)),
    start: (version: string, more: Partial<Start> = {}) =>
      startRollout(platform, {
        ...more,
        app: more.app ?? 'mfe1',
        version,
        plan: more.plan ?? plan,
        actor: anna,
        reason: more.reason ?? 'release',
      }),
    startGroup: (group: string, versions: Readonly<Record<string, string>>, more: Partial<StartGroup> = {}) =>
      startGroup(platform, { group, versions, plan, actor: anna, reason: 'together', ...more }),
    retry: (more: Partial<Asked> = {}) => retryRollout(platform, { ...asked, plan, ...more }),
    advance: (expected = {}, more: Partial<Asked> = {}) => advanceRollout(platform, { ...asked, ...more, expected }),
    promote: (expected = {}, more: Partial<Asked> = {}) => promoteRollout(platform, { ...asked, ...more, expected }),
    pause: (more: Partial<Asked> = {}) => pauseRollout(platform, { ...asked, ...more }),
    resume: (more: Partial<Asked> = {}) => resumeRollout(platform, { ...asked, ...more }),
    stopTheLine: () => stopTheLine(platform, asked),
    releaseTheLine: () => releaseTheLine(platform, asked),
    abort: (reason = 'on purpose', expected = {}) => abortRollout(platform, { ...asked, reason, expected }),
    block: (version: string) => blockVersion(platform, { ...asked, version }),
    rollBack: (more: Partial<Parameters<typeof rollBack>[1]> = {}) => rollBack(platform, { ...asked, plan, ...more }),
    status: async (app = 'mfe1'): Promise<AppStatus> =>
      readStatus(platform, apps.find((candidate) => candidate.place.app === app) ?? fail(app)),
  };
  const asked = { app: 'mfe1', actor: anna, reason: 'on purpose' };
  return world;
}

/** A world in which v1.0.0 is stable and v1.1.0 is at its first stage. */
export async function aRunningRollout(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  world.publish('mfe1', 'v1.0.0', 'v1.1.0', 'v1.2.0');
  done(await world.start('v1.0.0'));
  world.pass(60 * minute);
  done(await world.start('v1.1.0'));
  return world;
}

/** A world in which v1.0.0, then v1.1.0, then v1.2.0 were promoted. */
export async function threePromoted(): Promise<World> {
  const world = await aRunningRollout();
  await promoteAll(world);
  world.pass(60 * minute);
  done(await world.start('v1.2.0'));
  await promoteAll(world);
  world.pass(60 * minute);
  return world;
}

export async function promoteAll(world: World): Promise<void> {
  await world.run('mfe1', 400);
  const end = (await world.rollout())?.end;
  if (end?.outcome !== 'promoted') fail(`the rollout ended ${String(end?.outcome)}`);
}

export function done(result: CommandResult): CommandResult & { kind: 'done' | 'unchanged' } {
  return result.kind === 'refused' ? fail(result.error.message) : result;
}

export function refusedWith(result: CommandResult): string {
  return result.kind === 'refused' ? result.error.code : fail(`it was not refused: ${result.summary}`);
}

export function fail(message: string): never {
  throw new Error(`the test is wrong, or worse: ${message}`);
}
