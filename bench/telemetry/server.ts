import { createServer } from 'node:http';
import { createApi, listen } from '@sluice/controller';
import { createMemoryJournal, createMemoryStore } from '@sluice/local';
import { createMetricsHandler, createRateLimit, createTelemetry } from '@sluice/telemetry';
import { rollout } from './events.js';

// A server in a process of its own: `sluice` ingests beacons, `bare` answers 204 without reading. Tells its CPU time.
const kind = process.argv[2];

async function sluice(): Promise<number> {
  const telemetry = createTelemetry({ journal: createMemoryJournal(), now: Date.now, sampleRate: 0.01 });
  await telemetry.watch([rollout]);
  setInterval(() => void telemetry.closedSlots('r1', 0), 1000);
  const limit = createRateLimit({ perClient: 1e9, total: 1e9 });
  const api = createApi({
    platform: {
      store: createMemoryStore(),
      apps: [],
      sampleRate: 0.01,
      now: Date.now,
      newId: () => '',
      problemsOf: () => Promise.resolve([]),
    },
    handleMetrics: createMetricsHandler({ telemetry, limit, apps: ['mfe1'] }),
    onProblem: ({ error }) => {
      console.error(error);
    },
  });
  return (await listen(api, { host: '127.0.0.1', port: 0 })).port;
}

async function bare(): Promise<number> {
  const server = createServer((_request, response) => {
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

process.send?.({ port: await (kind === 'sluice' ? sluice() : bare()) });
