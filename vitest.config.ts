import { availableParallelism } from 'node:os';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// The AWS SDK's condition "module" names files that only a bundler can load.
const serverConditions = defaultServerConditions.filter((condition) => condition !== 'module');

// Tests run the sources of all workspaces, not their builds: @sluice/* resolve by the condition `source`.
// Node by default; a test that needs a document opens with `// @vitest-environment jsdom`.
export default defineConfig({
  resolve: { conditions: ['source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['source', ...serverConditions], externalConditions: ['source', 'node'] } },
  test: {
    include: ['{packages,examples,scripts,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**', '.sluice/**', 'e2e/**'],
    environment: 'node',
    allowOnly: false,
    // By default one core is left idle: of two that is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Only for what hangs: how long a test may take is said nowhere, because busy machines take ten times as long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // By default 1 s, which a busy machine may need for one request.
    expect: { poll: { timeout: 60_000 } },
  },
});
