import type { Plan } from '@sluice/core';
import { forecastWarnings, longText, recommendPlan, type Recommendation } from '@sluice/core';
import { adaptivePlan, parsePlan, quietPlan, standardPlan, type WrittenPlan } from '@sluice/schema';
import { usualFailureRate } from '../expectation.js';

/** The plan that a new configuration names, and why, in one line. */
export interface ChosenPlan {
  readonly name: 'adaptive' | 'standard' | 'quiet';
  readonly why: string;
}

/** The plan for so many sessions of the busiest app a day; where that is not known, the brief's. */
export function choosePlan(sessionsPerDay: number | undefined): ChosenPlan {
  if (sessionsPerDay === undefined) {
    const how = '`sluice init --sessions-per-day N` recommends one, and `sluice plan --all` tells by what was counted';
    return { name: 'standard', why: `Plan "standard", as your traffic is not known: ${how}.` };
  }
  const plans: readonly [Plan, ...Plan[]] = [
    planOf('adaptive', adaptivePlan),
    planOf('standard', standardPlan),
    planOf('quiet', quietPlan),
  ];
  const traffic = { sessionsPerSecond: sessionsPerDay / 86_400, failureRate: usualFailureRate };
  const recommended = recommendPlan(plans, traffic);
  const name = names.find((one) => one === recommended.plan.name) ?? 'standard';
  const warnings = forecastWarnings(recommended.plan, recommended.forecast);
  const at = `at ${String(sessionsPerDay)} sessions a day`;
  return { name, why: [`Plan "${name}": ${at} ${reasons[name](recommended)}.`, ...warnings].join(' ') };
}

const names = ['adaptive', 'standard', 'quiet'] as const;

const reasons = {
  adaptive: ({ forecast: { totalMs, slowMs } }: Recommendation): string =>
    totalMs === Infinity
      ? 'its budget is what bounds the risk'
      : `a rollout takes ${longText(totalMs)}, one in ten over ${longText(slowMs)} and longer where it is held, with evidence that the canary is safe`,
  standard: ({ forecast: { totalMs } }: Recommendation): string =>
    `evidence that a canary is safe would take too long (plan adaptive); its stages take ${longText(totalMs)}`,
  quiet: ({ forecast: { totalMs } }: Recommendation): string =>
    `the sessions that other plans wait for take too long to come; it takes ${longText(totalMs)}, and proves little`,
};

function planOf(name: string, written: WrittenPlan): Plan {
  const parsed = parsePlan(name, written);
  if (parsed.kind === 'ok') return parsed.value;
  throw new TypeError(`The plan "${name}" of Sluice is wrong.`);
}
