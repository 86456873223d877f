import type { AppKind } from '@sluice/core';
import type { ChosenPlan } from './init-plan.js';

export interface NewApp {
  readonly app: string;
  readonly kind: AppKind;
}

const planWords: Readonly<Record<ChosenPlan['name'], string>> = {
  adaptive: 'as much at once as a budget of 10 failed sessions allows, 100 % with evidence, a bake of 30 min',
  standard: '5 % 15 min, 25 % 30 min, 50 % 30 min, 100 % with a bake of 30 min',
  quiet: '25 % 2 h, 50 % 2 h, 100 % with a bake of 2 h; after a day on without proof, and it says so',
};

/** The text of a new sluice.config.ts. */
export function configText(apps: readonly NewApp[], plan: ChosenPlan['name']): string {
  const lines = apps.map(({ app, kind }) => `    ${app.includes('-') ? `'${app}'` : app}: { kind: '${kind}' },`);
  return `import { defineConfig } from '@sluice/schema';

export default defineConfig({
  apps: {
${lines.join('\n')}
  },
  // The plan "${plan}": ${planWords[plan]}.
  // Write your own under
  // plans: { careful: { stages: [{ percent: 1, soak: '1h' }, { percent: 10, soak: '2h' }], bake: '1d' } }.
  plan: '${plan}',
  targets: {
    local: { store: '.sluice/store', telemetry: '.sluice/telemetry', edge: { port: 4400 }, controller: { port: 4401 } },
  },
});
`;
}
