import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

// Tests in a real Chromium, with real processes on real ports: two files at a time, as one of them often waits for a timer.
const merged = mergeConfig(
  base,
  defineConfig({
    test: {
      globalSetup: 'e2e/build-folder.ts',
      maxWorkers: 2,
      // Pages of one file at a time.
      maxConcurrency: 6,
      testTimeout: 300_000,
      hookTimeout: 300_000,
      teardownTimeout: 30_000,
    },
  }),
);

export default { ...merged, test: { ...merged.test, include: ['e2e/**/*.e2e.ts'], exclude: ['**/node_modules/**'] } };
