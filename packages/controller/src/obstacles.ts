import type { Obstacle, Rollout } from '@sluice/core';
import { enteredBp, exposedBp, frozenAt, isBaking, isRunning, nextStepBp, pointerKey } from '@sluice/core';
import type { PlatformDocument, RunningSlot } from '@sluice/schema';
import { findingsOf } from './checks.js';
import { readPointerDocument } from './documents.js';
import type { Platform } from './platform.js';
import { limitOnAdvance } from './running-slots.js';
import type { UnitState } from './unit.js';

/** What holds every app: stop-the-line, the calendar, a global alarm. In the order in which people are told. */
export function obstaclesForAll(platform: Platform, document: PlatformDocument): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  const { stopped } = document;
  if (stopped !== null) {
    obstacles.push({ kind: 'stopped', why: `${stopped.actor.name} stopped all apps: ${stopped.why}.` });
  }
  const frozen = frozenAt(platform.freeze ?? [], platform.now());
  if (frozen !== undefined) obstacles.push({ kind: 'frozen', why: `A freeze: ${frozen.reason}.` });
  const alarm = (platform.alarms?.() ?? []).find(({ scope, state }) => scope === 'global' && state === 'alarm');
  if (alarm !== undefined) obstacles.push({ kind: 'alarm', why: `The alarm ${alarm.alarm} is on: ${alarm.why}` });
  return obstacles;
}

/** `step`: what Sluice would do next by itself, be it less than a stage; `stage` and `end`: where a person sends it. */
export type Goal = 'step' | 'stage' | 'end';

/** What holds this unit's way to a goal: the limits, and a dependency or a check of one of its members. */
export async function obstaclesFor(
  platform: Platform,
  unit: UnitState,
  { document, to }: { readonly document: PlatformDocument; readonly to: Goal },
): Promise<readonly Obstacle[]> {
  const obstacles: Obstacle[] = [...obstaclesForAll(platform, document)];
  const slot = slotOf(unit, to);
  if (slot !== null) {
    const limit = limitOnAdvance(platform, document.running, slot);
    if (limit !== undefined) obstacles.push(limit);
  }
  for (const { record } of unit.members) {
    if (!isRunning(record.rollout)) continue;
    const dependency = await dependencyOf(platform, record.rollout, to);
    if (dependency.kind === 'waits') obstacles.push({ kind: 'dependency', why: dependency.why });
    obstacles.push(...(await findingsOf(platform, record.rollout)).obstacles);
  }
  return obstacles;
}

/** Where a running rollout would come to. */
function weightAt(rollout: Rollout, to: Goal): number {
  if (isBaking(rollout)) return rollout.stage.weightBp;
  if (to === 'step') return nextStepBp(rollout);
  return enteredBp(rollout, to === 'stage' ? rollout.stage.index + 1 : rollout.plan.stages.length - 1);
}

/** The slot that a running unit has now, or needs to come to a goal; null where it does not run. */
export function slotOf(unit: UnitState, to: 'now' | Goal): RunningSlot | null {
  const running = unit.members.map(({ record }) => record.rollout).filter(isRunning);
  const first = running[0];
  if (first === undefined) return null;
  const weight = (rollout: Rollout): number => (to === 'now' ? rollout.stage.weightBp : weightAt(rollout, to));
  return {
    unit: unit.record.unit,
    rolloutId: unit.record.id ?? first.id,
    salt: first.salt,
    weightBp: Math.round(exposedBp(running.map((one) => ({ salt: one.salt, weightBp: weight(one) })))),
    sinceMs: first.startedAtMs,
  };
}

export type Dependency =
  | { readonly kind: 'met' }
  | { readonly kind: 'waits'; readonly why: string }
  /** Users would have this canary without what it needs: it must go back. */
  | { readonly kind: 'lost'; readonly why: string };

/**
 * Under the salt of the canary that it needs, a rollout reaches only users who have that one, as long as its weight is
 * not the larger. It becomes stable only when what it needs is stable.
 */
export async function dependencyOf(platform: Platform, rollout: Rollout, to: Goal = 'step'): Promise<Dependency> {
  const { follows } = rollout;
  if (follows === null) return { kind: 'met' };
  const app = platform.apps.find(({ place }) => place.app === follows.app);
  const found = app && (await readPointerDocument(platform.store, pointerKey(app.place)));
  const pointer = found?.value;
  const name = `${follows.app} ${follows.version}`;
  if (pointer?.version === follows.version) return { kind: 'met' };
  if (pointer?.canaryVersion !== follows.version || pointer.salt !== rollout.salt) {
    return { kind: 'lost', why: `${rollout.app} ${rollout.canary} needs ${name}, which was taken back.` };
  }
  const percent = rollout.stage.weightBp / 100;
  if (pointer.canaryPercent < percent) {
    return { kind: 'lost', why: `${name} reaches ${String(pointer.canaryPercent)} % only, fewer than ${rollout.app}.` };
  }
  if (isBaking(rollout)) return { kind: 'waits', why: `${name} must become stable first.` };
  const next = weightAt(rollout, to) / 100;
  return pointer.canaryPercent >= next
    ? { kind: 'met' }
    : {
        kind: 'waits',
        why: `${name} is at ${String(pointer.canaryPercent)} %, and the next step needs ${String(next)} %.`,
      };
}
