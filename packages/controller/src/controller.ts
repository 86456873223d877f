import type { AppId, Rollout, SlotRules, TelemetrySource, WatchedRollout } from '@sluice/core';
import { DeliveryError, isRunning, reportedIn } from '@sluice/core';
import { readPlatformDocument } from './documents.js';
import { createBaselineWriter } from './baselines.js';
import type { Place } from './change-unit.js';
import type { Messenger } from './messenger.js';
import { slotOf } from './obstacles.js';
import type { Platform, PlatformApp } from './platform.js';
import { reconcile, type Surroundings } from './reconcile.js';
import { changePlatform, slotsAfter, type SeenUnit } from './running-slots.js';
import { copyPointers } from './settle.js';
import type { SeenPointer, UnitState, View } from './unit.js';
import { readGroupUnit, readUnit, readView, runningIn } from './unit.js';
import { createVisits } from './visits.js';

export interface ControllerOptions {
  readonly platform: Platform;
  readonly source: TelemetrySource;
  /** What went wrong in a tick, for people; the next tick goes on. */
  readonly onProblem: (problem: { readonly app: AppId | null; readonly error: unknown }) => void;
  /** Something moved: shown to people. */
  readonly onChange?: (rollout: Rollout) => void;
  /** The units that a tick looked at, as they stand after it. */
  readonly onSeen?: (units: readonly UnitState[]) => void;
  /** Tells people of transitions; absent: nobody is told. */
  readonly messenger?: Messenger;
}

export interface Controller {
  /** One tick over the apps. Never throws: a broken app does not stop the others. */
  tick(): Promise<void>;
}

/** A level-triggered controller: a tick reads what is there, decides, writes. It keeps nothing that it could lose. */
export function createController(options: ControllerOptions): Controller {
  const { platform, source, onProblem } = options;
  const visits = createVisits(platform.apps);
  const baselines = createBaselineWriter(platform, source);
  return {
    async tick() {
      try {
        const { value: document } = await readPlatformDocument(platform.store);
        const later: SeenPointer[] = [];
        const read = await readView(platform);
        // Routers come after the index: where there are some, each unit is finished before the next.
        const view = platform.routers === undefined ? { ...read, later } : read;
        const around = { source, document, view };
        const seen = await visitAll(options, { around, apps: visits.next(view.index?.value) });
        options.onSeen?.(seen);
        await copyPointers(platform, later);
        visits.sawBusy(seen.filter(isBusy).map(({ asked }) => asked.app.place.app));
        await source.watch(seen.flatMap(watchedIn));
        await syncSlots(platform, seen);
        await baselines.write(read.index?.value);
      } catch (error) {
        onProblem({ app: null, error });
      }
    },
  };
}

type Around = Omit<Surroundings, 'onLost'> & { readonly view: View };

/** What a unit took in this tick counts for those that come after it: no two may grow into the same room. */
function withSlot(platform: Platform, around: Around, unit: UnitState): Around {
  const running = slotsAfter(around.document.running, [seenUnit(unit)], platform.now());
  return { ...around, document: { ...around.document, running } };
}

async function visitAll(
  options: ControllerOptions,
  { around, apps }: { readonly around: Around; readonly apps: readonly PlatformApp[] },
): Promise<readonly UnitState[]> {
  const seen: UnitState[] = [];
  const done = new Set<AppId>();
  let now = around;
  const visitOne = async (place: Visit): Promise<void> => {
    const unit = await visit(options, { around: now, place });
    if (unit === undefined) return;
    seen.push(unit);
    now = withSlot(options.platform, now, unit);
    for (const member of unit.members) if (member.claimed) done.add(member.record.app);
  };
  // Groups first: one whose start was interrupted has members that do not refer to it yet.
  for (const { name } of options.platform.groups ?? []) {
    const group = await begun(options, { name, view: around.view });
    if (group !== undefined) await visitOne({ app: group.asked.app, group: name });
  }
  for (const app of apps) if (!done.has(app.place.app)) await visitOne({ app });
  return seen;
}

type Visit = Pick<Place, 'app' | 'group'>;

/** A group that runs; undefined where it does not. */
async function begun(
  { platform, onProblem }: ControllerOptions,
  { name, view }: { readonly name: string; readonly view: View },
): Promise<UnitState | undefined> {
  try {
    const unit = await readGroupUnit(platform, name, view);
    return unit !== null && runningIn(unit).length > 0 ? unit : undefined;
  } catch (error) {
    onProblem({ app: null, error });
    return undefined;
  }
}

async function visit(
  options: ControllerOptions,
  { around, place }: { readonly around: Around; readonly place: Visit },
): Promise<UnitState | undefined> {
  const { platform, onProblem, messenger } = options;
  const { app } = place;
  const onLost = (error: unknown): void => {
    onProblem({ app: app.place.app, error });
  };
  try {
    const { kind, unit } = await reconcile(platform, place, { ...around, onLost });
    if (kind === 'changed')
      for (const { record } of unit.members) if (record.rollout) options.onChange?.(record.rollout);
    messenger?.follow(unit);
    for (const { state, problem, router } of unit.routes ?? []) {
      if (state !== 'served') onProblem({ app: app.place.app, error: notServed({ router, problem }) });
    }
    return unit;
  } catch (error) {
    onProblem({ app: app.place.app, error });
    // A rollout whose tick failed is still counted; only its decisions wait.
    return readUnit(platform, app).catch(() => undefined);
  }
}

/** Told with every tick until it is served. */
function notServed({
  router,
  problem,
}: {
  readonly router: string;
  readonly problem: string | undefined;
}): DeliveryError {
  return new DeliveryError({
    code: 'router-behind',
    message: `${router} does not serve what the pointer says yet${problem === undefined ? '' : `: ${problem}`}.`,
    remedy: 'It is tried again with every tick; look at the router if it stays so.',
  });
}

function isBusy({ record, members }: UnitState): boolean {
  return record.queue !== null || members.some((member) => isRunning(member.record.rollout));
}

async function syncSlots(platform: Platform, units: readonly UnitState[]): Promise<void> {
  if (platform.limits === undefined) return;
  const seen = units.map(seenUnit);
  await changePlatform(platform, (document) => {
    const running = slotsAfter(document.running, seen, platform.now());
    const same = JSON.stringify(running) === JSON.stringify(document.running);
    return same ? { answer: undefined } : { answer: undefined, next: { ...document, running } };
  });
}

function seenUnit(unit: UnitState): SeenUnit {
  const rolloutId = unit.record.id ?? unit.asked.record.rollout?.id ?? null;
  return { unit: unit.record.unit, slot: slotOf(unit, 'now'), rolloutId };
}

function watchedIn(unit: UnitState): readonly WatchedRollout[] {
  return unit.members.flatMap(({ record, highestGeneration }) =>
    isRunning(record.rollout) ? watchedOf(record.rollout, highestGeneration) : [],
  );
}

function watchedOf(rollout: Rollout, generation: number): readonly WatchedRollout[] {
  if (rollout.baseSlotMs === null || rollout.driftedSinceMs !== null) return [];
  const rules: SlotRules = {
    baseSlotMs: rollout.baseSlotMs,
    outcomeWindowMs: rollout.plan.outcomeWindowMs,
    closingLagMs: rollout.plan.closingLagMs,
    guardrail: rollout.plan.rules.metrics.some(({ kind }) => kind === 'limit'),
    reported: reportedIn(rollout.plan.rules.metrics),
  };
  return [
    {
      rolloutId: rollout.id,
      app: rollout.app,
      stable: rollout.stable,
      canary: rollout.canary,
      salt: rollout.salt,
      weightBp: rollout.stage.weightBp,
      revision: rollout.stage.revision,
      generation,
      rules,
      lastSlot: rollout.lastSlot,
    },
  ];
}
