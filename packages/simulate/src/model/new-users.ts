import { binomial } from '../random/binomial.js';
import { poisson } from '../random/poisson.js';
import type { Random } from '../random/random.js';
import type { Counted, Crowd, Span } from './crowd.js';
import { behavioursOf, type Behaviour } from './behaviour.js';
import type { Scenario } from './scenario.js';

/** Independent sessions, each of a subject of its own: counts are Poisson, failures binomial. */
export function newUsers(scenario: Scenario, random: Random, sessionsPerSecond: number): Crowd {
  const calm = behavioursOf(scenario, false);
  const incident = behavioursOf(scenario, true);
  const shareOf = (weightBp: number): number => Math.min(1, (weightBp / 10_000) * scenario.canaryShare);
  const count = (mean: { readonly told: number; readonly untold: number }, { failed }: Behaviour): Counted => {
    const sessions = poisson(random, mean.told);
    const broken = binomial(random, sessions, failed);
    const untold = mean.untold > 0 ? poisson(random, mean.untold) : 0;
    return {
      sessions,
      failed: broken,
      exposed: sessions + untold,
      exposedFailed: broken + binomial(random, untold, failed),
    };
  };
  return {
    come({ fromMs, toMs, isIncident, weightBp, weightBeforeBp, known }: Span) {
      const mean = (sessionsPerSecond * (toMs - fromMs)) / 1000;
      const told = mean * known * (1 - scenario.leaving);
      const [now, before] = [shareOf(weightBp), shareOf(weightBeforeBp)];
      const untold = (share: number, shareBefore: number): number =>
        mean * known * scenario.leaving * share + mean * (1 - known) * shareBefore;
      const { canary, baseline } = isIncident ? incident : calm;
      return {
        canary: count({ told: told * now, untold: untold(now, before) }, canary),
        baseline: count({ told: told * (1 - now), untold: untold(1 - now, 1 - before) }, baseline),
      };
    },
  };
}
