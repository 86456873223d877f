import type { Effect, Rollout, RolloutEvent, Slot, TelemetrySource } from '@sluice/core';
import { intendedPointer, isRunning, reduce } from '@sluice/core';
import type { AppState } from './app-state.js';
import type { Decision } from './change-app.js';
import { changeApp } from './change-app.js';
import type { Platform, PlatformApp } from './platform.js';

/** What one tick did to one app. */
export type Reconciled =
  { readonly kind: 'idle' } | { readonly kind: 'unchanged' | 'changed'; readonly rollout: Rollout };

/** Sessions per second at the start from which on base slots are 2 s instead of 10 s. */
const busySessionsPerSecond = 100;

/**
 * One tick of one app: takes in the closed slots, moves the rollout at most one stage, writes in the one order. May
 * crash at any line; the next tick goes on. While telemetry cannot be reached nothing is decided: the weight is held.
 */
export async function reconcile(platform: Platform, app: PlatformApp, source: TelemetrySource): Promise<Reconciled> {
  return changeApp(platform, app, async (state): Promise<Decision<Reconciled>> => {
    const { rollout } = state.record;
    if (!isRunning(rollout) || state.pointer === null) return { kind: 'answer', answer: { kind: 'idle' } };
    const slots = await source.closedSlots(rollout.id, rollout.lastSlot);
    const moved = tickOnce(rollout, events({ platform, state, slots, source, rollout }));
    if (moved.next === rollout) return { kind: 'answer', answer: { kind: 'unchanged', rollout } };
    return {
      kind: 'change',
      change: { rollout: moved.next, effects: moved.effects, ...pointerChange(platform, state, moved.next) },
      answer: (after) => ({ kind: 'changed', rollout: after.record.rollout ?? moved.next }),
    };
  });
}

interface TickInput {
  readonly platform: Platform;
  readonly state: AppState;
  readonly rollout: Rollout;
  readonly slots: readonly Slot[];
  readonly source: TelemetrySource;
}

function events(input: TickInput): readonly RolloutEvent[] {
  const atMs = input.platform.now();
  const list: RolloutEvent[] = input.slots.map((slot) => ({ kind: 'slot-closed', atMs, slot }));
  if (input.rollout.baseSlotMs === null) {
    const rate = input.source.sessionsPerSecond?.(input.rollout.app) ?? 0;
    list.unshift({ kind: 'slots-fixed', atMs, baseSlotMs: rate >= busySessionsPerSecond ? 2000 : 10_000 });
  }
  return [...list, { kind: 'ticked', atMs, nextGeneration: input.state.highestGeneration + 1 }];
}

function tickOnce(rollout: Rollout, list: readonly RolloutEvent[]): { next: Rollout; effects: readonly Effect[] } {
  let next = rollout;
  const effects: Effect[] = [];
  for (const event of list) {
    const step = reduce(next, event);
    if (step.kind === 'refused') continue;
    next = step.next;
    effects.push(...step.effects);
  }
  return { next, effects };
}

/** A new pointer only where the weight or the end changed; crediting a slot leaves it alone. */
function pointerChange(platform: Platform, state: AppState, next: Rollout): Pick<WithPointer, 'pointer'> | object {
  const before = state.record.rollout;
  if (state.pointer === null || before === null) return {};
  if (next.end === null && next.stage.revision === before.stage.revision) return {};
  return {
    pointer: intendedPointer(next, {
      before: state.pointer,
      generation: state.highestGeneration + 1,
      lastUpdated: new Date(platform.now()).toISOString(),
      deployedBy: 'sluice',
    }),
  };
}

interface WithPointer {
  readonly pointer: ReturnType<typeof intendedPointer>;
}
