import { lowestWeight } from '../analysis/next-weight.js';
import { toBp } from './reweigh.js';
import { adaptiveRampOf, isBaking, stageNumbered, stageOf, type Rollout } from './rollout.js';

/**
 * The weight with which a stage is entered. An adaptive stage that follows one for an audience begins with as little
 * as can be and grows from there.
 */
export function enteredBp(rollout: Rollout, index: number): number {
  const { weightBp, audience } = stageNumbered(rollout, index);
  const isLast = index === rollout.plan.stages.length - 1;
  return rollout.plan.ramp === null || isLast || audience !== undefined ? weightBp : toBp(lowestWeight);
}

/** The highest weight of an adaptive stage: the plan's, or its cap. */
export function highestBp(rollout: Rollout): number {
  const capBp = rollout.waived.includes('weight-cap') ? 10_000 : rollout.plan.capBp;
  return Math.min(stageOf(rollout).weightBp, capBp);
}

/** The most that the next step of a rollout could expose: as far as its ramp may grow at once, else the next stage. */
export function nextStepBp(rollout: Rollout): number {
  const { weightBp, index } = rollout.stage;
  if (isBaking(rollout)) return weightBp;
  const ramp = adaptiveRampOf(rollout);
  const highest = highestBp(rollout);
  if (ramp === undefined || weightBp >= highest) return enteredBp(rollout, index + 1);
  return Math.min(highest, toBp((ramp.growth * weightBp) / 10_000));
}
