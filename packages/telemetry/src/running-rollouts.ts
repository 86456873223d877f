import type { AppId, Slot, SlotJournal, WatchedRollout } from '@sluice/core';
import { followFrom, goOn, persist, type Followed } from './followed.js';
import { closedInJournal } from './replay.js';
import type { RangeCaps } from './trust/range-ledger.js';
import type { VersionsLately } from './versions-lately.js';

export interface RunningRolloutsOptions {
  readonly journal: SlotJournal;
  readonly now: () => number;
  readonly caps: RangeCaps | undefined;
  readonly lately: VersionsLately;
}

/** The rollouts that are followed now. */
export interface RunningRollouts {
  of(app: AppId): Followed | undefined;
  /** All that run; others end. One that cannot be followed does not hold up the others; its error is thrown at the end. */
  watch(rollouts: readonly WatchedRollout[]): Promise<void>;
  closedSlots(rolloutId: string, after: number): Promise<readonly Slot[]>;
}

export function createRunningRollouts({ journal, now, caps, lately }: RunningRolloutsOptions): RunningRollouts {
  const running = new Map<string, Followed>();
  const byApp = new Map<AppId, Followed>();
  const follow = async (watched: WatchedRollout): Promise<void> => {
    const followed = running.get(watched.rolloutId) ?? (await followFrom(journal, watched, { nowMs: now(), caps }));
    running.set(watched.rolloutId, followed);
    byApp.set(watched.app, followed);
    goOn(followed, watched, now());
  };
  return {
    of: (app) => byApp.get(app),
    async watch(rollouts) {
      const wanted = new Set(rollouts.map(({ rolloutId }) => rolloutId));
      for (const [id, { machine }] of running) {
        if (wanted.has(id)) continue;
        running.delete(id);
        byApp.delete(machine.watched.app);
      }
      const errors: unknown[] = [];
      for (const watched of rollouts) await follow(watched).catch((error: unknown) => errors.push(error));
      if (errors.length > 0) throw errors[0];
    },
    async closedSlots(rolloutId, after) {
      const followed = running.get(rolloutId);
      if (followed !== undefined) await persist(journal, followed, { nowMs: now(), lately });
      const closed = followed?.closed ?? (await closedInJournal(journal, rolloutId));
      return closed.filter(({ id }) => id > after);
    },
  };
}
