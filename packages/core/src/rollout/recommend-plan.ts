import { forecast, type Forecast } from './forecast.js';
import type { Plan } from './plan.js';

export interface Recommendation {
  readonly plan: Plan;
  readonly forecast: Forecast;
  /** Plans that would be better, and do not conclude at this traffic. */
  readonly tooSlow: readonly Plan[];
}

/**
 * The first of these plans, best first, for which there is traffic enough: it concludes in time in nine of ten rollouts.
 * Else the last. A ramp that its budget keeps low has too much traffic, not too little: a plan without one risks more.
 */
export function recommendPlan(
  plans: readonly [Plan, ...Plan[]],
  traffic: { readonly sessionsPerSecond: number; readonly failureRate: number },
): Recommendation {
  const tooSlow: Plan[] = [];
  for (const plan of plans) {
    const expected = forecast({ plan, ...traffic });
    if (isEnough(expected)) return { plan, forecast: expected, tooSlow };
    tooSlow.push(plan);
  }
  const last = plans.at(-1) ?? plans[0];
  return { plan: last, forecast: forecast({ plan: last, ...traffic }), tooSlow: tooSlow.slice(0, -1) };
}

function isEnough({ concludes, stages }: Forecast): boolean {
  return concludes === 'in-time' || stages.some(({ waitsFor }) => waitsFor === 'weight');
}
