import type { AppId, BaselineBefore, Slot, VersionId, WatchedRollout } from '@sluice/core';
import { VersionHour, type VersionSlot } from './version-hour.js';

/** What each app's versions did in the last 60 min, outside rollouts and in them. */
export interface VersionsLately {
  saw(app: AppId, version: VersionId, slot: VersionSlot): void;
  /** A closed slot of a rollout: its baseline, and its canary once nearly everybody has it. */
  sawRollout(watched: WatchedRollout, slot: Slot): void;
  /** Undefined where nothing is known of this very version. */
  before(app: AppId, version: VersionId): Omit<BaselineBefore, 'sessionsPerSecond'> | undefined;
}

/** Versions of one app that are remembered. */
const mostVersions = 4;
/** From this weight on the canary is what users have; 5 % may stay on the old version during the bake. */
const nearlyAllBp = 9500;

export function createVersionsLately(now: () => number): VersionsLately {
  const apps = new Map<AppId, Map<VersionId, VersionHour>>();
  const hourOf = (app: AppId, version: VersionId): VersionHour => {
    const versions = apps.get(app) ?? new Map<VersionId, VersionHour>();
    apps.set(app, versions);
    const hour = versions.get(version) ?? new VersionHour();
    if (!versions.has(version) && versions.size >= mostVersions) versions.delete(rarest(versions, now()) ?? version);
    versions.set(version, hour);
    return hour;
  };
  const saw: VersionsLately['saw'] = (app, version, slot) => {
    if (slot.arm.sessions > 0) hourOf(app, version).saw(slot, now());
  };
  return {
    saw,
    sawRollout({ app, stable, canary }, slot) {
      const { kind, startMs, half, weightBp, errors = [] } = slot;
      if (kind !== 'comparison') return;
      const errorsOf = (arm: 'canary' | 'baseline'): VersionSlot['errors'] =>
        errors.map((error) => [error.fingerprint, error[arm]]);
      saw(app, stable, { startMs, arm: slot.baseline, half, errors: errorsOf('baseline') });
      if (weightBp >= nearlyAllBp) saw(app, canary, { startMs, arm: slot.canary, errors: errorsOf('canary') });
    },
    before(app, version) {
      const before = apps.get(app)?.get(version)?.before(now());
      return before === undefined || before.sessions === 0 ? undefined : before;
    },
  };
}

/** Versions are what pages claim: the one that hardly anybody has makes room. */
function rarest(versions: ReadonlyMap<VersionId, VersionHour>, nowMs: number): VersionId | undefined {
  return [...versions].toSorted(([, a], [, b]) => a.sessions(nowMs) - b.sessions(nowMs))[0]?.[0];
}
