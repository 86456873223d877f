import type { AppId, Rollout, SlotRules, TelemetrySource, WatchedRollout } from '@sluice/core';
import { isRunning, pointerKey, stageOf } from '@sluice/core';
import { alignIndex } from './align-index.js';
import { readAppState } from './app-state.js';
import { readPointerDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';
import { reconcile } from './reconcile.js';

export interface ControllerOptions {
  readonly platform: Platform;
  readonly source: TelemetrySource;
  /** What went wrong in a tick, for people; the next tick goes on. */
  readonly onProblem: (problem: { readonly app: AppId | null; readonly error: unknown }) => void;
  /** Something moved: shown to people. */
  readonly onChange?: (rollout: Rollout) => void;
}

export interface Controller {
  /** One tick over all apps. Never throws: a broken app does not stop the others. */
  tick(): Promise<void>;
}

/** A level-triggered controller: a tick reads what is there, decides, writes. It keeps nothing that it could lose. */
export function createController(options: ControllerOptions): Controller {
  const { platform, source } = options;
  return {
    async tick() {
      const watched: WatchedRollout[] = [];
      for (const app of platform.apps) {
        try {
          const rollout = await tickApp(options, app);
          if (rollout !== undefined) watched.push(rollout);
        } catch (error) {
          options.onProblem({ app: app.place.app, error });
          const running = await stillWatched(platform, app);
          if (running !== undefined) watched.push(running);
        }
      }
      try {
        await source.watch(watched);
      } catch (error) {
        options.onProblem({ app: null, error });
      }
    },
  };
}

async function tickApp(options: ControllerOptions, app: PlatformApp): Promise<WatchedRollout | undefined> {
  const result = await reconcile(options.platform, app, options.source);
  if (result.kind === 'idle') {
    await followHandWritten(options.platform, app);
    return undefined;
  }
  if (result.kind === 'changed') options.onChange?.(result.rollout);
  return watchedOf(result.rollout);
}

/** An app without a rollout still has its pointer followed: the brief's own script may have written it. */
async function followHandWritten(platform: Platform, app: PlatformApp): Promise<void> {
  const pointer = await readPointerDocument(platform.store, pointerKey(app.place));
  if (pointer !== null) await alignIndex(platform, [{ app: app.place.app, pointer: pointer.value }]);
}

/** A rollout whose tick failed is still counted; only its decisions wait. */
async function stillWatched(platform: Platform, app: PlatformApp): Promise<WatchedRollout | undefined> {
  try {
    const { rollout } = (await readAppState(platform, app)).record;
    return rollout === null ? undefined : watchedOf(rollout);
  } catch {
    return undefined;
  }
}

function watchedOf(rollout: Rollout): WatchedRollout | undefined {
  if (!isRunning(rollout) || rollout.baseSlotMs === null || rollout.driftedSinceMs !== null) return undefined;
  const rules: SlotRules = {
    baseSlotMs: rollout.baseSlotMs,
    outcomeWindowMs: rollout.plan.outcomeWindowMs,
    closingLagMs: rollout.plan.closingLagMs,
  };
  return {
    rolloutId: rollout.id,
    app: rollout.app,
    stable: rollout.stable,
    canary: rollout.canary,
    salt: rollout.salt,
    weightBp: stageOf(rollout).weightBp,
    revision: rollout.stage.revision,
    rules,
    lastSlot: rollout.lastSlot,
  };
}
