import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

// Tests in a real Chromium, with real processes on real ports: one file at a time, so that nothing waits for a core.
const merged = mergeConfig(
  base,
  defineConfig({
    test: { fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000, teardownTimeout: 30_000 },
  }),
);

export default { ...merged, test: { ...merged.test, include: ['e2e/**/*.e2e.ts'], exclude: ['**/node_modules/**'] } };
