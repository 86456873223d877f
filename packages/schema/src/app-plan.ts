import type { Plan } from '@sluice/core';
import type { Config, ConfigApp } from './config.js';
import { rulesOf } from './metrics.js';

/** The plan of this name, or the app's own, with the app's metrics as its rules; undefined where there is none. */
export function planOf(config: Pick<Config, 'plans'>, app: ConfigApp, name: string = app.plan): Plan | undefined {
  const plan = config.plans.get(name);
  return plan && { ...plan, rules: rulesOf(app.metrics, plan.rules.strictness) };
}
