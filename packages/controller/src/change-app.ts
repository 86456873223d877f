import type { Effect, Pointer } from '@sluice/core';
import { DeliveryError, describe, isRunning, reduce, sluice } from '@sluice/core';
import type { AppState } from './app-state.js';
import { readAppState } from './app-state.js';
import type { Change } from './commit.js';
import { commit } from './commit.js';
import type { Platform, PlatformApp } from './platform.js';
import { settle } from './settle.js';
import { attemptsOnConflict } from './write-json.js';

/** What to do about a state: write a change, or leave with an answer. */
export type Decision<T> =
  | { readonly kind: 'change'; readonly change: Change; readonly answer: (after: AppState) => T }
  | { readonly kind: 'answer'; readonly answer: T };

/**
 * Read, settle, decide, write; and again from the start whenever somebody else was faster. Used by commands and
 * controller alike, so that there is one way to change an app.
 */
export async function changeApp<T>(
  platform: Platform,
  app: PlatformApp,
  decide: (state: AppState) => Promise<Decision<T>>,
): Promise<T> {
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const state = await settle(platform, await readAppState(platform, app));
    if (state.write === 'drifted') {
      await commit(platform, state, acknowledgeDrift(platform, state));
      continue;
    }
    const decision = await decide(state);
    if (decision.kind === 'answer') return decision.answer;
    const after = await commit(platform, state, decision.change);
    if (after !== undefined && after.write !== 'drifted') return decision.answer(after);
  }
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `"${app.place.app}" was changed by others ${String(attemptsOnConflict)} times while it was being changed.`,
    remedy: `Look at \`sluice status ${app.place.app}\`, then try again.`,
  });
}

/** A human changed the pointer: it stays, the index follows it, a running rollout stops and says so. */
function acknowledgeDrift(platform: Platform, state: AppState): Change {
  const atMs = platform.now();
  const { rollout } = state.record;
  if (state.pointer === null) return { rollout, effects: [], letGo: true };
  if (isRunning(rollout)) {
    const step = reduce(rollout, { kind: 'drifted', atMs, seen: state.pointer });
    if (step.kind === 'moved') return { rollout: step.next, effects: step.effects, letGo: true };
    return { rollout, effects: [], letGo: true };
  }
  return { rollout, effects: [idleDrift(state.pointer, atMs)], letGo: true };
}

function idleDrift(pointer: Pointer, atMs: number): Effect {
  return {
    kind: 'history',
    draft: {
      kind: 'drifted',
      atMs,
      version: pointer.version,
      stable: pointer.version,
      actor: sluice,
      automatic: true,
      why: `The pointer was changed outside Sluice to ${describe(pointer)}.`,
    },
  };
}
