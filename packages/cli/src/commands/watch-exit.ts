import type { AppStatus } from '@sluice/controller/commands';
import { errorCodes } from '@sluice/core';

/** How a watch ends: undefined while anything runs and may still go on by itself. `seen` are rollouts that count. */
export function watchExit(statuses: readonly AppStatus[], seen: ReadonlySet<string>): number | undefined {
  const running = statuses.filter(({ rollout }) => rollout !== null && rollout.outcome === null);
  if (running.some(({ drifted }) => drifted)) return errorCodes['pointer-drifted'].exit;
  if (running.some(({ rollout }) => rollout?.inconclusive === true)) return 4;
  if (running.length > 0) return undefined;
  const outcomes = statuses.flatMap(({ rollout }) =>
    rollout !== null && seen.has(rollout.id) ? [rollout.outcome ?? ''] : [],
  );
  return outcomes.some((outcome) => takenBack.includes(outcome)) ? 3 : 0;
}

const takenBack = ['rolled-back', 'aborted', 'superseded', 'expired'];
