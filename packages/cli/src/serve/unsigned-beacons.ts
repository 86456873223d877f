import { DeliveryError } from '@sluice/core';
import type { Intake } from '@sluice/telemetry';
import type { Context } from '../context.js';
import type { Handlers } from './controller.js';

interface Around {
  readonly intake: Intake;
  readonly now: () => number;
  readonly onProblem: Handlers['onProblem'];
}

const everyMs = 60_000;
/** Fewer in a minute may be a stranger, or pages that were loaded before there were keys. */
const least = 20;

/**
 * Says so where most of what comes is refused as unsigned: the edge has no keys, or others, and what is not counted is in no
 * rollout. Undefined where nobody has to be signed.
 */
export function unsignedBeaconsTold(
  { target }: Context,
  { intake, now, onProblem }: Around,
): (() => Promise<void>) | undefined {
  if (target.keys === undefined) return undefined;
  let [lookedMs, before] = [now(), seenBy(intake)];
  return () => {
    if (Math.abs(now() - lookedMs) < everyMs) return Promise.resolve();
    const seen = seenBy(intake);
    const unsigned = seen.unsigned - before.unsigned;
    const isMost = unsigned >= least && unsigned > seen.others - before.others;
    [lookedMs, before] = [now(), seen];
    if (isMost) onProblem({ app: null, error: refused(target) });
    return Promise.resolve();
  };
}

function seenBy(intake: Intake): { readonly unsigned: number; readonly others: number } {
  const { taken, refused } = intake.counts();
  const { unsigned = 0, ...causes } = refused;
  return { unsigned, others: Object.values(causes).reduce((sum, count) => sum + count, taken) };
}

function refused({ name, keys = '' }: Context['target']): DeliveryError {
  return new DeliveryError({
    code: 'telemetry-refused',
    message: `Most beacons are refused as unsigned: their visitors' ids are signed by no key of "${keys}", or by none at all. Nothing of them is counted, and rollouts are held.`,
    remedy: `\`sluice doctor --target ${name}\` says which edge it is. Deploy one that has these keys (docs/trust.md).`,
  });
}
