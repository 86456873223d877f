import type { AppKind } from '@sluice/core';

export interface NewApp {
  readonly app: string;
  readonly kind: AppKind;
}

/** The text of a new sluice.config.ts. */
export function configText(apps: readonly NewApp[]): string {
  const lines = apps.map(({ app, kind }) => `    ${app.includes('-') ? `'${app}'` : app}: { kind: '${kind}' },`);
  return `import { defineConfig } from '@sluice/schema';

export default defineConfig({
  apps: {
${lines.join('\n')}
  },
  // The plan "standard": 5 % 15 min, 25 % 30 min, 50 % 30 min, 100 % with a bake of 30 min. Write your own under
  // plans: { careful: { stages: [{ percent: 1, soak: '1h' }, { percent: 10, soak: '2h' }], bake: '1d' } }.
  plan: 'standard',
  targets: {
    local: { store: '.sluice/store', telemetry: '.sluice/telemetry', edge: { port: 4400 }, controller: { port: 4401 } },
  },
});
`;
}
