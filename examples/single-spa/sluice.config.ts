import { defineConfig } from '@sluice/schema';

const port = Number(process.env['PORT'] ?? 4420);

export default defineConfig({
  apps: {
    shell: { kind: 'shell' },
    orders: { kind: 'remote' },
  },
  // Half of the visitors for an hour, so that both versions are easily met.
  plans: { half: { stages: [{ percent: 50, soak: '1h' }], bake: '1h', maxDuration: '1d' } },
  plan: 'half',
  targets: {
    local: { store: '.sluice/store', telemetry: '.sluice/telemetry', edge: { port }, controller: { port: port + 1 } },
  },
});
