import type { Actor } from '../documents/history.js';
import type { Effect, HistoryDraft } from './event.js';
import type { Rollout } from './rollout.js';

/** Sluice itself, when it decides. */
export const sluice: Actor = { kind: 'sluice', name: 'controller' };

type Draft = Pick<HistoryDraft, 'kind' | 'atMs' | 'actor' | 'why'> & Partial<HistoryDraft>;

/** A history line about a rollout as it stands, with the numbers that were known at the time. */
export function line(rollout: Rollout, draft: Draft): Effect {
  const { canary, baseline } = rollout.analysis.totals;
  return {
    kind: 'history',
    draft: {
      app: rollout.app,
      version: rollout.canary,
      stable: rollout.stable,
      rolloutId: rollout.id,
      automatic: draft.actor.kind === 'sluice',
      stage: rollout.stage.index + 1,
      percent: rollout.stage.weightBp / 100,
      ...(rollout.commit === null ? {} : { commit: rollout.commit }),
      numbers: {
        canarySessions: canary.sessions,
        canaryFailed: canary.failed,
        stableSessions: baseline.sessions,
        stableFailed: baseline.failed,
      },
      ...draft,
    },
  };
}

/** A line that Sluice writes of its own accord. */
export function note(rollout: Rollout, draft: Omit<Draft, 'actor'>): Effect {
  return line(rollout, { ...draft, actor: sluice });
}
